"""Text of one field to its value. Each function raises FieldFaultError, whose reason is written for people."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import date

from models.fault_codes import FaultCode
from models.rows import MAX_COMPOUNDS
from producers.errors import FieldFaultError
from producers.printable import has_surrogates
from producers.rows.date_forms import FORMS, ISO, DateForm
from producers.rows.numbers import parse_id, parse_run_time
from producers.rows.suspect_values import NULL_MARKERS

Value = int | float | str | date | list[int] | None
Parse = Callable[[str], Value]

_DATE_EXPECTED = "expected a date, YYYY-MM-DD"
_MAX_SHOWN = 100


def parse_compound_ids(text: str) -> list[int]:
    """Ids separated by `;`, maybe with one `;` after the last; none at all for an empty text.

    Raises:
        FieldFaultError: it is none; the first bad id is named.
    """
    tokens = text.split(";")
    if not tokens[-1].strip():
        tokens.pop()
    if len(tokens) > MAX_COMPOUNDS:
        reason = f"lists {len(tokens):,} compounds; at most {MAX_COMPOUNDS:,} are taken"
        raise FieldFaultError(FaultCode.TOO_MANY_COMPOUNDS, reason)
    if text in NULL_MARKERS:
        advice = f"add --null {shlex.quote(text)} to have it read as an empty list"
        raise FieldFaultError(FaultCode.BAD_ID, f"is not a list of ids; if it means nothing, {advice}")
    return [_parse_listed_id(token.strip()) for token in tokens]


def _parse_listed_id(token: str) -> int:
    if not token:
        reason = "has an empty compound id between two ';'; expected ids separated by ';'"
        raise FieldFaultError(FaultCode.EMPTY_COMPOUND_ID, reason)
    try:
        return parse_id(token)
    except FieldFaultError as fault:
        reason = f"has the compound id {token[:_MAX_SHOWN]!r}, which {fault.reason}"
        raise FieldFaultError(fault.code, reason) from None


def parse_date(text: str, form: DateForm = ISO) -> date:
    """A date as YYYY-MM-DD, or in the form that the whole file has.

    Raises:
        FieldFaultError: it is none.
    """
    if not text:
        raise FieldFaultError(FaultCode.EMPTY, f"is empty; {_DATE_EXPECTED}")
    try:
        found = ISO.read(text) or form.read(text)
    except ValueError:
        raise FieldFaultError(FaultCode.NO_SUCH_DAY, f"is not a valid date; {_DATE_EXPECTED}") from None
    if found:
        return found
    if any(known.pattern.fullmatch(text) for known in FORMS):
        reason = "is not YYYY-MM-DD, and the file's other dates do not prove another form"
        raise FieldFaultError(FaultCode.DATE_FORM, f"{reason}; {_DATE_EXPECTED}")
    raise FieldFaultError(FaultCode.BAD_DATE, f"is not a date; {_DATE_EXPECTED}")


def parse_required_text(text: str) -> str:
    """A text that may not be empty.

    Raises:
        FieldFaultError: it is empty, or cannot be stored.
    """
    if not text:
        raise FieldFaultError(FaultCode.EMPTY, "is empty; expected a text")
    return _storable(text)


def parse_optional_text(text: str) -> str | None:
    """A text, or None for an empty one.

    Raises:
        FieldFaultError: it cannot be stored.
    """
    return _storable(text) if text else None


def _storable(text: str) -> str:
    if "\x00" in text:
        raise FieldFaultError(FaultCode.NUL_BYTE, "holds a NUL character, which Postgres cannot store")
    if has_surrogates(text):
        advice = "save the file in UTF-8, or name its encoding with --encoding"
        raise FieldFaultError(FaultCode.NOT_UTF8, f"holds bytes that are not text in the file's encoding; {advice}")
    return text


PARSERS: Mapping[str, Parse] = {
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
