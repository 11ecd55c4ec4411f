"""JSON values of few rows, each decoded at once into the types of the columns.

What is read here means what `models.wire.definition` says; of what is refused here, the definition decides.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import chain
from typing import Annotated, Any, Final, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Meta

from models.declaration.model import RowTable
from models.types.column_types import (
    GREATEST_INT,
    LEAST_INT,
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
from models.wire.conversions import Convert, converter
from models.wire.encode import NULL
from models.wire.limits import in_utc, texts_of
from models.wire.plain_forms import plain

_FAULTS: Final = (msgspec.MsgspecError, RecursionError, ValueError, TypeError)
_NUL: Final = b"\\u0000"
"""How a JSON text may hold it."""
_ABSENT: Final = msgspec.Raw(NULL)
_DECIMAL_BYTES: Final = 16
_COMPARISONS: Final = {"ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}

Check = Callable[[Sequence[Any]], object]
"""Takes all values that are not NULL, or all items of lists, one at least; ValueError if one passes a limit."""


class FewReader:
    """Reads the values of one table."""

    def __init__(self, table: RowTable) -> None:
        """Make it from the declaration."""
        fields = [_field(f"c{number}", column) for number, column in enumerate(table.columns)]
        # Members that are not declared may mark a deletion.
        struct = msgspec.defstruct("Members", fields, kw_only=True, forbid_unknown_fields=True, gc=False)
        self._decode = msgspec.json.Decoder(struct).decode
        self._columns = [_column(f"c{number}", column) for number, column in enumerate(table.columns)]
        self._schema = pa.schema([(column.name, column.type.arrow) for column in table.columns])

    def read(self, values: Sequence[bytes | None]) -> pa.RecordBatch | None:
        """The rows of the values, within the limits that `Field` declares; None if one of the values may be none."""
        try:
            rows = [self._decode(value) for value in values if value is not None and _NUL not in value]
            if len(rows) < len(values):
                return None
            columns = [_array(column, list(map(column.get, rows))) for column in self._columns]
        except _FAULTS:
            return None
        return pa.RecordBatch.from_arrays(columns, schema=self._schema)


class _FewColumn(NamedTuple):
    """How a column is made of what was decoded."""

    type: ColumnType
    get: Callable[[Any], Any]
    convert: Convert | None
    checks: Sequence[Check]


def _field(name: str, column: Column) -> tuple[str, Any, Any]:
    value = _decoded(column.type)
    if not column.optional:
        return name, value, msgspec.field(name=column.name)
    if value is msgspec.Raw:
        return name, value, msgspec.field(name=column.name, default=_ABSENT)
    return name, value | None, msgspec.field(name=column.name, default=None)


def _decoded(kind: ColumnType) -> Any:  # noqa: ANN401  # types and their annotations
    """What JSON is decoded to."""
    match kind:
        case ListType(item=item, min_length=least, max_length=most):
            return Annotated[list[_decoded(item)], Meta(min_length=least, max_length=most)]  # type: ignore[misc]  # made here
        case TextType(least, most):
            return Annotated[str, Meta(min_length=max(1, least), max_length=most)]
        case Identifier():
            return Annotated[int, Meta(ge=1, le=GREATEST_INT)]
        case WholeNumber():
            return Annotated[int, Meta(ge=LEAST_INT, le=GREATEST_INT)]
        case ExactDecimal():
            return msgspec.Raw
        case _:
            return {Flag: bool, Day: date, Instant: str}[type(kind)]


def _column(name: str, column: Column) -> _FewColumn:
    kind = column.type
    item = kind.item if isinstance(kind, ListType) else kind
    return _FewColumn(kind, operator.attrgetter(name), _conversion(column), list(_checks(item)))


def _conversion(column: Column) -> Convert | None:
    if isinstance(column.type, ExactDecimal):
        return _scaled(column.type, optional=column.optional)
    return converter(column.type) if isinstance(column.type, Instant) else None


def _scaled(kind: ExactDecimal, *, optional: bool) -> Convert:
    """Makes a whole number of one, of which so many digits stand after the point as declared."""
    is_plain, places = re.compile(plain(kind).encode()).fullmatch, kind.decimal_places

    def scaled(raw: msgspec.Raw) -> int | None:
        text = bytes(raw)
        if not is_plain(text):
            if optional and text == NULL:
                return None
            raise ValueError("is not a number in plain form")
        whole, _, fraction = text.partition(b".")
        return int(whole + fraction.ljust(places, b"0"))

    return scaled


def _checks(kind: ColumnType) -> Iterator[Check]:
    match kind:
        case Identifier():
            pass  # what is decoded says it all
        case WholeNumber(bounds) | ExactDecimal(bounds=bounds) | Day(bounds) | Instant(bounds):
            for name, limit in bounds._asdict().items():
                if limit is not None:
                    yield partial(_keep, name, _comparable(kind, limit))
        case TextType(pattern=str(pattern)):
            yield texts_of(pattern).validate_python


def _keep(name: str, limit: Any, values: Sequence[Any]) -> None:  # noqa: ANN401  # with values of any column
    extreme = min(values) if name in {"ge", "gt"} else max(values)
    if not _COMPARISONS[name](extreme, limit):
        raise ValueError("passes a limit")


def _comparable(kind: ColumnType, limit: object) -> object:
    """A limit in the form of the values."""
    if isinstance(kind, ExactDecimal) and isinstance(limit, int | Decimal):
        return Fraction(limit) * 10**kind.decimal_places
    return in_utc(limit)


def _array(column: _FewColumn, values: Sequence[Any]) -> pa.Array:
    if column.convert is not None:
        values = [None if value is None else column.convert(value) for value in values]
    if column.checks:
        known = [value for value in values if value is not None]
        known = [*chain.from_iterable(known)] if isinstance(column.type, ListType) else known
        for check in column.checks if known else ():
            check(known)
    kind = column.type.arrow
    if not isinstance(column.type, ExactDecimal):
        return pa.array(values, kind)
    # Arrow takes ten times as long for objects of Python's decimals.
    numbers = b"".join([(value or 0).to_bytes(_DECIMAL_BYTES, "little", signed=True) for value in values])
    found = pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(numbers)])
    return found if None not in values else pc.if_else(pa.array([value is not None for value in values]), found, None)
