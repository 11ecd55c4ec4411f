"""Text of one field to its value. Each function raises ValueError whose message says, for people, what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Context, Decimal, Inexact

from models.rows import MAX_COMPOUNDS, MAX_ID, RUN_TIME_LIMIT
from producers.text import has_surrogates

Value = int | float | str | date | list[int] | None

_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID_EXPECTED = "expected a whole number from 1 to 2^63-1"
_RUN_TIME_EXPECTED = "expected a number ≥ 0 with at most 3 decimals"
_DATE_EXPECTED = "expected a date, YYYY-MM-DD"
_THOUSANDTH = Decimal("0.001")
_MAX_ID_DIGITS = len(str(MAX_ID))


def parse_id(text: str) -> int:
    """An id: decimal digits, leading zeros allowed."""
    if not text:
        raise ValueError(f"is empty; {_ID_EXPECTED}")
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"is not a whole number; {_ID_EXPECTED}")
    digits = text.lstrip("0")
    if not digits or len(digits) > _MAX_ID_DIGITS or int(digits) > MAX_ID:
        raise ValueError(f"is out of range; {_ID_EXPECTED}")
    return int(digits)


def parse_compound_ids(text: str) -> list[int]:
    """Ids separated by `;`, maybe with one `;` after the last; none at all for an empty text."""
    tokens = text.split(";")
    if not tokens[-1].strip():
        tokens.pop()
    if len(tokens) > MAX_COMPOUNDS:
        raise ValueError(f"lists {len(tokens):,} compounds; at most {MAX_COMPOUNDS:,} are taken")
    return [_parse_listed_id(token.strip()) for token in tokens]


def _parse_listed_id(token: str) -> int:
    if not token:
        raise ValueError("has an empty compound id between two ';'; expected ids separated by ';'")
    try:
        return parse_id(token)
    except ValueError as error:
        raise ValueError(f"has the compound id {token[:_MAX_SHOWN]!r}, which {error}") from None


_MAX_SHOWN = 100


def parse_run_time(text: str) -> float:
    """A run time: a finite number ≥ 0, with at most three decimals by value."""
    if not text:
        raise ValueError(f"is empty; {_RUN_TIME_EXPECTED}")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"is not a number; {_RUN_TIME_EXPECTED}")
    number = Decimal(text)
    if number < 0:
        raise ValueError(f"is negative; {_RUN_TIME_EXPECTED}")
    if number >= RUN_TIME_LIMIT:
        raise ValueError(f"is too large; {_RUN_TIME_EXPECTED}, below 10^12")
    try:
        exact = number.quantize(_THOUSANDTH, context=Context(traps=[Inexact]))
    except Inexact:
        raise ValueError(f"has more than 3 decimals; {_RUN_TIME_EXPECTED}") from None
    return abs(float(exact))  # "-0" is 0


def parse_date(text: str) -> date:
    """A date as YYYY-MM-DD."""
    if not text:
        raise ValueError(f"is empty; {_DATE_EXPECTED}")
    if not _DATE.fullmatch(text):
        raise ValueError(f"is not a date; {_DATE_EXPECTED}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"is no day of the calendar; {_DATE_EXPECTED}") from None


def parse_required_text(text: str) -> str:
    """A text that may not be empty."""
    if not text:
        raise ValueError("is empty; expected a text")
    return _storable(text)


def parse_optional_text(text: str) -> str | None:
    """A text, or None for an empty one."""
    return _storable(text) if text else None


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character, which Postgres cannot store")
    if has_surrogates(text):
        raise ValueError("holds bytes that are not UTF-8; save the file in UTF-8")
    return text


PARSERS: Mapping[str, Callable[[str], Value]] = {
    "user_id": parse_id,
    "compound_id": parse_id,
    "experiment_id": parse_id,
    "experiment_compound_ids": parse_compound_ids,
    "experiment_run_time": parse_run_time,
    "signup_date": parse_date,
    "name": parse_required_text,
    "compound_name": parse_required_text,
    "email": parse_optional_text,
    "compound_structure": parse_optional_text,
}
"""How each column of the wire rows is read."""
