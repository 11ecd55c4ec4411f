"""Columns of days and moments."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Final

from tests.faults.column_kinds import Kind, UnreadableError, Value

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_FIRST_MOMENT: Final = datetime(2023, 11, 20, tzinfo=UTC)


class Day(Kind):
    """`date`."""

    annotation = "date"
    wrong_in_file = ("2024-02-30", "tomorrow")
    wrong_in_json = (*Kind.wrong_in_json, "1", '"2024-02-30"', '"2024-2-1"', '"2024-02-01T00:00:00Z"')

    def numbered(self, number: int) -> date:
        return date(1700, 1, 1) + timedelta(days=number)

    def drawn(self, draw: Random) -> date:
        if draw.random() < 0.05:
            return date(1, 1, 2) + timedelta(days=draw.randint(0, 3_650_000))
        return _FIRST_MOMENT.date() + timedelta(days=draw.randint(0, 120))

    def in_json(self, value: date, draw: Random) -> str:
        return super().in_json(value.isoformat(), draw)

    def read(self, value: Value) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise UnreadableError
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise UnreadableError from None


class Moment(Kind):
    """`datetime`."""

    annotation = "datetime"
    wrong_in_file = ("2024-02-30 10:00", "noon", "2024-03-01")
    wrong_in_json = (*Kind.wrong_in_json, "1", '"2024-03-01T25:00:00Z"', '"2024-03-01"', '"2024-03-01T09:30:00"')

    def numbered(self, number: int) -> datetime:
        return _FIRST_MOMENT + timedelta(milliseconds=number * 7001)

    def drawn(self, draw: Random) -> datetime:
        if draw.random() < 0.05:
            return datetime(2, 1, 1, tzinfo=UTC) + timedelta(seconds=draw.randint(0, 315_000_000_000))
        moment = _FIRST_MOMENT + timedelta(minutes=draw.randint(0, 120 * 24 * 60))
        return moment + timedelta(microseconds=draw.choice([0, 0, 1, 250_000]))

    def in_file(self, value: datetime, draw: Random) -> str:
        form = draw.choice(["zone", "none", "Z"])
        if form == "zone":
            return self._elsewhere(value, draw).isoformat(draw.choice("T "))
        return value.replace(tzinfo=None).isoformat(draw.choice("T ")) + ("Z" if form == "Z" else "")

    def in_json(self, value: datetime, draw: Random) -> str:
        if draw.random() < 0.5:
            return super().in_json(value.replace(tzinfo=None).isoformat() + "Z", draw)
        return super().in_json(self._elsewhere(value, draw).isoformat(), draw)

    def read(self, value: Value) -> datetime:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise UnreadableError
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            raise UnreadableError from None

    def _elsewhere(self, value: datetime, draw: Random) -> datetime:
        return value.astimezone(timezone(timedelta(minutes=draw.choice([0, 60, 90, -330]))))
