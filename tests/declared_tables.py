"""Random declarations of rows, and random rows of them: what property tests of the engine draw from."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from types import new_class
from typing import Annotated, Any, Final

import pyarrow as pa
from hypothesis import strategies as st
from pydantic import Field

from models.declaration.base_classes import Row
from models.declaration.model import RowTable
from models.declaration.row_checks import checked_rows
from models.declaration.source_places import SourcePlaces
from models.declare import Amount, DecimalComma, Id, Separated, UnixTime
from models.types.column_types import (
    GREATEST_INT,
    Bounds,
    Column,
    ColumnType,
    Day,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    ListType,
    TextType,
    WholeNumber,
)

SINGLE: Final[dict[str, Any]] = {
    "id": Id,
    "whole": int,
    "percent": Annotated[int, Field(ge=-5, le=100)],
    "price": Annotated[Decimal, Field(max_digits=12, decimal_places=2)],
    "precise": Annotated[Decimal, Field(ge=0, max_digits=38, decimal_places=10)],
    "share": Annotated[Decimal, Field(max_digits=4, decimal_places=4)],
    "name": str,
    "code": Annotated[str, Field(min_length=2, max_length=4, pattern="^[A-Z]+$")],
    "paid": bool,
    "joined": date,
    "at": datetime,
    "betrag": Annotated[Decimal, DecimalComma(), Field(max_digits=9, decimal_places=2)],
    "cost": Annotated[Decimal, Amount("$"), Field(max_digits=9, decimal_places=2)],
    "seen": Annotated[datetime, UnixTime("ms"), Field(ge=datetime(1970, 1, 1))],  # noqa: DTZ001  # UTC, as declared
}
"""Annotations of columns with one value, by a short name."""
LISTS: Final[dict[str, Any]] = {
    "ids": Annotated[list[Id], Separated(";"), Field(max_length=5)],
    "numbers": Annotated[list[int], Separated("|")],
    "tags": Annotated[list[str], Separated(",")],
}
_TEXT: Final = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=8
).filter(lambda text: bool(text.strip()))


@st.composite
def row_tables(draw: st.DrawFn, *, grouped: bool | None = None) -> RowTable:
    """A Row with a key of one to three columns, with a group or without, and up to six more columns."""
    single = st.sampled_from(sorted(SINGLE))
    keys = [(f"key{n}_{kind}", SINGLE[kind]) for n, kind in enumerate(draw(st.lists(single, min_size=1, max_size=3)))]
    has_group = draw(st.booleans()) if grouped is None else grouped
    group = [(f"group_{kind}", SINGLE[kind]) for kind in [draw(single)]] if has_group else []
    others = draw(st.lists(st.tuples(st.sampled_from(sorted(SINGLE | LISTS)), st.booleans()), max_size=6))
    more = [
        (f"c{n}_{kind}", (SINGLE | LISTS)[kind] | None if optional else (SINGLE | LISTS)[kind])
        for n, (kind, optional) in enumerate(others)
    ]
    columns = dict(draw(st.permutations([*keys, *group, *more])))
    partitions = draw(st.none() | st.integers(2, 5))
    return declared(columns, tuple(name for name, _ in keys), group[0][0] if group else None, partitions=partitions)


def declared(
    columns: dict[str, Any],
    key: tuple[str, ...],
    group: str | None = None,
    table: str = "things",
    partitions: int | None = None,
) -> RowTable:
    """The table of these annotated columns."""
    body = {"__annotations__": columns, "__module__": __name__}
    keywords = {"table": table, "key": key, "group": group, "partitions": partitions}
    row = new_class("Thing", (Row,), keywords, lambda names: names.update(body))
    found, faults = checked_rows(row, SourcePlaces("thing.py", ast.Module([], [])))
    assert not faults, faults
    return found


def values_of(kind: ColumnType) -> st.SearchStrategy[Any]:  # noqa: PLR0911  # a case for each type, in one place
    """Valid values of a type, as Python has them."""
    match kind:
        case Identifier():
            return st.integers(1, 9) | st.integers(1, GREATEST_INT)
        case WholeNumber(bounds):
            return st.integers(-3, 3).filter(lambda n: _within(n, bounds)) | st.integers(*_range(bounds))
        case ExactDecimal(digits, places, bounds):
            return _decimals(digits, places, bounds)
        case TextType(pattern=None):
            return _TEXT
        case TextType():
            return st.text("ABCXYZ", min_size=max(1, kind.min_length), max_size=kind.max_length or 4)
        case Flag():
            return st.booleans()
        case Day():
            return st.dates(date(1, 1, 2), date(9999, 12, 30))
        case Instant(bounds):
            least = bounds.ge if isinstance(bounds.ge, datetime) else datetime(1, 1, 2)  # noqa: DTZ001  # UTC follows
            return st.datetimes(least, datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
        case ListType(item=item, min_length=least, max_length=most):
            return st.lists(values_of(item), min_size=least, max_size=min(most or 5, 5))
    raise AssertionError(kind)


def _within(number: int, bounds: Bounds) -> bool:
    least, greatest = _range(bounds)
    return least <= number <= greatest


def _range(bounds: Bounds) -> tuple[int, int]:
    least = bounds.ge if isinstance(bounds.ge, int) else -(2**63)
    return least, bounds.le if isinstance(bounds.le, int) else GREATEST_INT


def _decimals(digits: int, places: int, bounds: Bounds) -> st.SearchStrategy[Decimal]:
    most = 10**digits - 1
    least = 0 if bounds.ge == 0 else -most
    scaled = st.integers(max(least, -300), 300) | st.integers(least, most)
    return scaled.map(lambda number: Decimal(number).scaleb(-places) if digits <= 28 else _exact(number, places))


def _exact(number: int, places: int) -> Decimal:
    sign, figures = int(number < 0), tuple(map(int, str(abs(number))))
    return Decimal((sign, figures, -places))


def column_values(column: Column) -> st.SearchStrategy[Any]:
    """Valid values of a column; None if it is optional."""
    return st.none() | values_of(column.type) if column.optional else values_of(column.type)


def rows_of(table: RowTable, *, min_size: int = 0, max_size: int = 6) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Valid rows of a table; keys may repeat."""
    each = st.fixed_dictionaries({column.name: column_values(column) for column in table.columns})
    return st.lists(each, min_size=min_size, max_size=max_size)


def record_batch(table: RowTable, rows: Sequence[dict[str, Any]]) -> pa.RecordBatch:
    """The rows as columns of the declared Arrow types."""
    return pa.RecordBatch.from_pylist(
        list(rows), pa.schema([(column.name, column.type.arrow) for column in table.columns])
    )
