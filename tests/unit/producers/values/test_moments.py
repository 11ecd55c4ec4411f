from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fault_codes import FaultCode
from models.types.column_types import Bounds, Instant
from producers.errors import FieldFaultError
from producers.values.date_forms import settled_form
from producers.values.moments import parse_instant, parse_unix_time

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05T12:00:00Z",
        "2024-03-05 12:00:00",
        "2024-03-05 12:00",
        "2024-03-05 12:00:00 UTC",
        "2024-03-05T12:00:00.000000000Z",
        "2024-03-05T14:00:00+02:00",
        "2024-03-05 14:00:00 +0200",
        "2024-03-05 04:00-08",
    ],
)
def test_a_moment_is_the_same_however_it_is_written(text: str) -> None:
    assert parse_instant(text, Instant()) == NOON


def test_a_time_without_a_zone_is_of_the_zone_that_was_named() -> None:
    assert parse_instant("2024-03-05 13:00:00", Instant(), zone=BERLIN) == NOON
    assert parse_instant("2024-03-05 12:00:00Z", Instant(), zone=BERLIN) == NOON


def test_days_are_read_in_the_form_of_the_whole_file() -> None:
    form = settled_form(["25/12/2024"])
    assert parse_instant("05/03/2024 12:00:00", Instant(), form) == NOON
    with pytest.raises(FieldFaultError) as caught:
        parse_instant("05/03/2024 12:00:00", Instant())
    assert caught.value.code is FaultCode.DATE_FORM


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", FaultCode.EMPTY),
        ("2024-03-05", FaultCode.BAD_TIME),
        ("yesterday", FaultCode.BAD_TIME),
        ("2024-03-05 12", FaultCode.BAD_TIME),
        ("2024-03-05 12:00:00 CET", FaultCode.BAD_TIME),
        ("2024-03-05 12:00:00+25:00", FaultCode.BAD_TIME),
        ("1709640000", FaultCode.BAD_TIME),
        ("2023-02-29 12:00:00", FaultCode.NO_SUCH_DAY),
        ("2024-03-05 24:00:00", FaultCode.NO_SUCH_TIME),
        ("2024-03-05 23:59:60", FaultCode.NO_SUCH_TIME),
        ("0001-01-01 00:00:00+01:00", FaultCode.NO_SUCH_TIME),
        ("2024-03-05 12:00:00.1234567", FaultCode.TOO_MANY_DECIMALS),
        ("2024-03-31 02:30:00", FaultCode.NO_SUCH_TIME),
        ("2024-10-27 02:30:00", FaultCode.AMBIGUOUS_TIME),
    ],
)
def test_other_texts_are_refused_each_with_its_code(text: str, code: FaultCode) -> None:
    with pytest.raises(FieldFaultError, match="expected a date and time") as caught:
        parse_instant(text, Instant(), zone=BERLIN)
    assert caught.value.code is code


def test_a_moment_keeps_to_its_declared_limits() -> None:
    with pytest.raises(FieldFaultError, match="is too late; expected") as caught:
        parse_instant("2024-03-05 12:00:00.000001", Instant(Bounds(le=NOON)))
    assert caught.value.code is FaultCode.TOO_LARGE


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)))  # noqa: DTZ001
def test_what_python_writes_is_read_as_that_moment(moment: datetime) -> None:
    written = moment.isoformat()
    if moment.utcoffset().seconds % 60 == 0:  # type: ignore[union-attr]  # aware; offsets of seconds are no ISO 8601
        assert parse_instant(written, Instant()) == moment.astimezone(UTC)  # == of a doubled time is False in two zones


@pytest.mark.parametrize(
    ("text", "unit", "written"),
    [
        ("1709640000", "s", "2024-03-05T12:00:00+00:00"),
        ("1709640000.25", "s", "2024-03-05T12:00:00.250000+00:00"),
        ("1709640000123", "ms", "2024-03-05T12:00:00.123000+00:00"),
        ("1709640000123456", "us", "2024-03-05T12:00:00.123456+00:00"),
        ("0", "ms", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_a_unix_time_is_exact_to_the_microsecond(text: str, unit: str, written: str) -> None:
    assert parse_unix_time(text, Instant(), unit).isoformat() == written


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", FaultCode.EMPTY),
        ("2024-03-05 12:00:00", FaultCode.BAD_TIME),
        ("-1", FaultCode.BAD_TIME),
        ("1709640000.1234567", FaultCode.TOO_MANY_DECIMALS),
        ("999999999999999", FaultCode.NO_SUCH_TIME),
    ],
)
def test_what_is_not_a_unix_time_is_refused_with_its_code(text: str, code: FaultCode) -> None:
    with pytest.raises(FieldFaultError, match="expected a Unix time, a number of seconds") as caught:
        parse_unix_time(text, Instant(), "s")
    assert caught.value.code is code
