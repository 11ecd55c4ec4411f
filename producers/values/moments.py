"""Dates and datetimes from text."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Final

from models.fault_codes import FaultCode
from models.types.column_types import Day, Instant
from producers.errors import FieldFaultError
from producers.values.date_forms import FORMS, ISO, DateForm
from producers.values.limits import check_limits, range_text

_DATE_EXPECTED = "expected a date, YYYY-MM-DD"
_INSTANT_EXPECTED = "expected a date and time, YYYY-MM-DD HH:MM:SS with Z or an offset"
_TIME = re.compile(
    r"(?P<day>[^T ]+)[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
    r"(?: ?(?P<zone>Z|UTC|(?P<sign>[+-])(?P<hours>[01][0-9]|2[0-3])(?::?(?P<minutes>[0-5][0-9]))?))?"
)
_MICROSECOND_DIGITS = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIX = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?")
_UNITS: Final = {"s": (6, "seconds"), "ms": (3, "milliseconds"), "us": (0, "microseconds")}
"""Of Unix times: which power of ten of microseconds, and in words."""


def day_text(text: str) -> str:
    """What says the day in the text of a date and time."""
    return re.split("[T ]", text, maxsplit=1)[0]


def parse_date(text: str, form: DateForm = ISO, kind: Day | None = None) -> date:
    """A date as YYYY-MM-DD, or in the form that the whole file has.

    Raises:
        FieldFaultError: it is none.
    """
    expected = _DATE_EXPECTED + (range_text(kind.bounds) if kind else "")
    if not text:
        raise FieldFaultError(FaultCode.EMPTY, f"is empty; {expected}")
    found = _day(text, form, expected)
    if found is None:
        raise FieldFaultError(FaultCode.BAD_DATE, f"is not a date; {expected}")
    if kind:
        check_limits(found, kind.bounds, expected)
    return found


def _day(text: str, form: DateForm, expected: str) -> date | None:
    """The day; None if it is not a date in any form."""
    try:
        found = ISO.read(text) or form.read(text)
    except ValueError:
        raise FieldFaultError(FaultCode.NO_SUCH_DAY, f"is not a valid date; {expected}") from None
    if found is None and any(known.pattern.fullmatch(text) for known in FORMS):
        reason = "is not YYYY-MM-DD, and the file's other dates do not prove another form"
        raise FieldFaultError(FaultCode.DATE_FORM, f"{reason}; {expected}")
    return found


def parse_instant(text: str, kind: Instant, form: DateForm = ISO, zone: tzinfo = UTC) -> datetime:
    """A moment in UTC: a date and a time with T or a space between, then Z or an offset, else in the given zone.

    Raises:
        FieldFaultError: it is none, there is no such moment, or there are two.
    """
    expected = _INSTANT_EXPECTED + range_text(kind.bounds)
    if not text:
        raise FieldFaultError(FaultCode.EMPTY, f"is empty; {expected}")
    found = _TIME.fullmatch(text)
    day = None if found is None else _day(found["day"], form, expected)
    if found is None or day is None:
        raise FieldFaultError(FaultCode.BAD_TIME, f"is not a date and time; {expected}")
    moment = _in_utc(_clock(found, day, expected), _zone(found) or zone, expected)
    check_limits(moment, kind.bounds, expected)
    return moment


def parse_unix_time(text: str, kind: Instant, unit: str) -> datetime:
    """A moment as a number since 1970-01-01 00:00 UTC, exact to the microsecond.

    Raises:
        FieldFaultError: it is none, or beyond the limits of its type.
    """
    expected = f"expected a Unix time, a number of {_UNITS[unit][1]} from 0 on{range_text(kind.bounds)}"
    if not text:
        raise FieldFaultError(FaultCode.EMPTY, f"is empty; {expected}")
    if not _UNIX.fullmatch(text):
        raise FieldFaultError(FaultCode.BAD_TIME, f"is not a Unix time; {expected}")
    microseconds = Decimal(text).scaleb(_UNITS[unit][0])
    if microseconds != microseconds.to_integral_value():
        raise FieldFaultError(FaultCode.TOO_MANY_DECIMALS, f"has parts of a microsecond; {expected}")
    try:
        moment = _EPOCH + timedelta(microseconds=int(microseconds))
    except OverflowError:
        raise FieldFaultError(FaultCode.NO_SUCH_TIME, f"is not a moment of the years 1 to 9999; {expected}") from None
    check_limits(moment, kind.bounds, expected)
    return moment


def _clock(found: re.Match[str], day: date, expected: str) -> datetime:
    fraction = (found["fraction"] or "").rstrip("0")
    if len(fraction) > _MICROSECOND_DIGITS:
        reason = f"has more than {_MICROSECOND_DIGITS} decimals of a second"
        raise FieldFaultError(FaultCode.TOO_MANY_DECIMALS, f"{reason}; {expected}")
    microsecond = int(fraction.ljust(_MICROSECOND_DIGITS, "0"))
    try:
        hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
        return datetime(day.year, day.month, day.day, hour, minute, second, microsecond)  # noqa: DTZ001  # zone follows
    except ValueError:
        raise FieldFaultError(FaultCode.NO_SUCH_TIME, f"is not a valid time of day; {expected}") from None


def _zone(found: re.Match[str]) -> tzinfo | None:
    """The zone that the text names; None if it names none."""
    if found["sign"] is None:
        return UTC if found["zone"] else None
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(-offset if found["sign"] == "-" else offset)


def _in_utc(local: datetime, zone: tzinfo, expected: str) -> datetime:
    try:
        first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    except (OverflowError, ValueError):
        raise FieldFaultError(FaultCode.NO_SUCH_TIME, f"is not a moment of the years 1 to 9999; {expected}") from None
    if first == second:
        return first
    # The clock was set forward over this time, or back to it.
    if first.astimezone(zone).replace(tzinfo=None) != local:
        raise FieldFaultError(FaultCode.NO_SUCH_TIME, f"is a time that {zone} left out; {expected}")
    raise FieldFaultError(FaultCode.AMBIGUOUS_TIME, f"is a time that {zone} had twice: add the offset; {expected}")
