"""Regular expressions of values in plain form: what surely is a value of its type, and is read by columns.

Whatever is not plain may still be valid: `models.wire.definition` decides. They are for RE2, which knows no look-ahead,
and use no groups that capture. A match is of the type's range, but for limits that `Field` declares.
"""

from __future__ import annotations

from typing import Final

from models.types.column_types import ColumnType, Day, ExactDecimal, Flag, Identifier, Instant, TextType, WholeNumber

_TO_18_DIGITS: Final = "[1-9][0-9]{0,17}|[1-8][0-9]{18}"
"""Whole numbers from 1 that are below 9e18, and so below 2^63."""
# Years from 1000; the 29th of February goes the other way, as not each year has one.
_DAY: Final = (
    "[1-9][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_TIME: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_INSTANT: Final = rf"{_DAY}T{_TIME}(?:\.[0-9]{{1,6}})?(?:Z|\+00:00)"
INSTANT_TO_THE_SECOND: Final = rf"(?:{_DAY}[T ]{_TIME}(?:Z|\+00:00)?)"
"""As files have it where it is known to be in UTC."""
TO_ESCAPE: Final = r'["\\\x00-\x1f]'
"""A character that does not stand for itself in a JSON text."""
UNESCAPED: Final = r'[^"\\\x00-\x1f]'
"""One that does."""


def plain(kind: ColumnType) -> str:
    """The plain form of a value that is not a list, as a file holds it: without the quotes of JSON."""
    match kind:
        case Identifier():
            form = f"(?:{_TO_18_DIGITS})"
        case WholeNumber():
            form = f"(?:0|-?(?:{_TO_18_DIGITS}))"
        case ExactDecimal(max_digits=digits, decimal_places=places):
            form = _decimal(digits - places, places)
        case TextType():
            form = f"{UNESCAPED}+"
        case Flag():
            form = "(?:true|false)"
        case Day():
            form = f"(?:{_DAY})"
        case Instant():
            form = f"(?:{_INSTANT})"
        case _:
            raise AssertionError(kind)
    return form


def _decimal(whole: int, places: int) -> str:
    front = f"-?(?:0|[1-9][0-9]{{0,{whole - 1}}})" if whole else "-?0"
    return rf"{front}(?:\.[0-9]{{1,{places}}})?" if places else front
