"""Texts that files may hold in the columns of a declared table: its values written, and others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.types.column_types import (
    Amount,
    Column,
    ColumnType,
    Day,
    DecimalComma,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    ListType,
    UnixTime,
    WholeNumber,
)
from tests.declared_tables import column_values

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMBERS = st.one_of(
    st.integers(-3, 10**20).map(str),
    st.from_regex(r"-?[0-9]{1,20}([.,][0-9]{0,5})?", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,3}([.][0-9]{3}){0,3}(,[0-9]{0,3})?", fullmatch=True),
    st.text(alphabet="0123456789.eE+-_ ;|:٣\n", max_size=6),
)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=6)
DAYS = st.one_of(st.dates().map(str), st.text(alphabet="0129-W", max_size=10))
TIMES = st.one_of(
    st.integers(0, 10**14).map(str),
    st.datetimes(timezones=st.timezones() | st.none()).map(str),
    st.text("0129-:TZ+ ", max_size=20),
)


def written(column: Column, value: object) -> str:
    """A value as a file may have it."""
    if value is None:
        return ""
    if isinstance(column.type, ListType):
        items = value if isinstance(value, list) else []
        return column.type.separator.join(map(str, items)) + column.type.separator * bool(items)
    if column.written == DecimalComma():
        return f"{value:f}".replace(".", ",")
    if column.written == Amount("$"):
        return f"$ {value:f}" if isinstance(value, Decimal) and value.as_tuple().digits[-1] % 2 else f"{value:f}$"
    if isinstance(value, datetime) and isinstance(column.written, UnixTime):
        return f"{Decimal((value - EPOCH) // timedelta(microseconds=1)).scaleb(-3):f}".removesuffix(".000")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def texts_of(kind: ColumnType) -> st.SearchStrategy[str]:
    """What may stand in a column by mistake."""
    match kind:
        case Identifier() | WholeNumber() | ExactDecimal():
            return NUMBERS
        case Day():
            return DAYS
        case Instant():
            return TIMES
        case Flag():
            return st.sampled_from(["true", "Yes", "0", "f", "maybe", ""])
        case ListType(item=item, separator=separator):
            return st.lists(texts_of(item), max_size=4).map(separator.join)
    return TEXTS


def fields_of(table: RowTable) -> st.SearchStrategy[list[str]]:
    """A row as the fields of its columns, which may hold anything."""
    columns = [column_values(column).map(partial(written, column)) | texts_of(column.type) for column in table.columns]
    return st.tuples(*columns).map(list)


def valid_fields_of(table: RowTable) -> st.SearchStrategy[list[str]]:
    """The same of a valid row, as long as nothing in it is a separator or a quote."""
    columns = [column_values(column).map(partial(written, column)) for column in table.columns]
    return st.tuples(*columns).map(lambda fields: [field.rstrip(";|,") for field in fields])
