"""Values of JSON to values as Python has them, by the type of their column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from models.types.column_types import (
    GREATEST_INT,
    LEAST_INT,
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

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)

Convert = Callable[[Any], object]
"""Makes a value as Python has it of one from JSON; what has the wrong type stays for the model to refuse."""


def converter(kind: ColumnType) -> Convert:
    """What converts the values of a type; it raises ValueError for a value that no column of the type holds."""
    if isinstance(kind, ListType):
        convert = _CONVERTERS[type(kind.item)]
        return lambda value: [convert(item) for item in value] if isinstance(value, list) else value
    if isinstance(kind, ExactDecimal):
        # A plain 0 has a digit before its point, which pydantic does not take where all digits stand after it.
        zero = Decimal((0, (0,), -kind.decimal_places))
        return lambda value: _number(value) or zero
    return _CONVERTERS[type(kind)]


def _whole(value: object) -> object:
    if isinstance(value, int) and not LEAST_INT <= value <= GREATEST_INT:
        raise ValueError("is not a whole number of 64 bits")
    return value


def _text(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value:
        raise ValueError("is empty; expected a text")
    if "\x00" in value:
        raise ValueError("holds a NUL character, which Postgres cannot store")
    if _SURROGATE.search(value):
        raise ValueError("holds half of a surrogate pair, which is not a character")
    return value


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ValueError("is not a number")  # noqa: TRY004  # a fault of the value, as the others are
    return Decimal(value)


def _day(value: object) -> date:
    expected = "is not a date of the form YYYY-MM-DD"
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(expected)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(expected) from None


def _instant(value: object) -> datetime:
    expected = "is not a date and time of the form YYYY-MM-DDTHH:MM:SSZ (RFC 3339; up to six decimals of a second)"
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError(expected)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(expected) from None


_CONVERTERS: Final[Mapping[type[ColumnType], Convert]] = {
    Identifier: _whole,
    WholeNumber: _whole,
    TextType: _text,
    Flag: lambda value: value,
    Day: _day,
    Instant: _instant,
}
