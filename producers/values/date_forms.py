"""The forms that dates have in files, and which of them a file as a whole settles.

The order of day and month is never guessed: it counts as known only if a date of the file fits one order and none
fits only the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_MONTHS = 12
_DAYS = 31


@dataclass(frozen=True)
class DateForm:
    """One way to write a date."""

    name: str
    pattern: re.Pattern[str]
    """Has the groups year, month and day. Forms that differ in the order only match the same texts."""

    def fits(self, text: str) -> bool:
        """Whether the text has this form, with a month and a day of the month in their places."""
        found = self.pattern.fullmatch(text)
        return found is not None and 1 <= int(found["month"]) <= _MONTHS and 1 <= int(found["day"]) <= _DAYS

    def read(self, text: str) -> date | None:
        """The date; None if the text is not of this form.

        Raises:
            ValueError: the calendar has no such day.
        """
        found = self.pattern.fullmatch(text)
        return None if found is None else date(int(found["year"]), int(found["month"]), int(found["day"]))


_YEAR, _MONTH, _DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{2})", "(?P<day>[0-9]{2})"
_SHORT_MONTH, _SHORT_DAY = "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
_UTC = r"(?:Z| ?UTC|[+-]00(?::?00)?)"
_MIDNIGHT = rf"[ T]00:00(?::00(?:\.0+)?)?{_UTC}?"
"""Of no zone, or of UTC in any of its spellings. Midnight of another zone is another day in UTC: no plain day."""

ISO = DateForm("YYYY-MM-DD", re.compile(f"{_YEAR}-{_MONTH}-{_DAY}"))
"""The form that is always read."""


def _forms() -> Iterable[DateForm]:
    yield ISO
    yield DateForm("YYYY-MM-DD 00:00:00", re.compile(f"{_YEAR}-{_MONTH}-{_DAY}{_MIDNIGHT}"))
    yield DateForm("YYYYMMDD", re.compile(_YEAR + _MONTH + _DAY))
    for mark in "/.":
        yield DateForm(f"YYYY{mark}MM{mark}DD", re.compile(re.escape(mark).join([_YEAR, _SHORT_MONTH, _SHORT_DAY])))
    for mark in "/.-":
        between = re.escape(mark)
        yield DateForm(f"DD{mark}MM{mark}YYYY", re.compile(between.join([_SHORT_DAY, _SHORT_MONTH, _YEAR])))
        yield DateForm(f"MM{mark}DD{mark}YYYY", re.compile(between.join([_SHORT_MONTH, _SHORT_DAY, _YEAR])))


FORMS = tuple(_forms())
"""All forms that are known, the two orders of day and month one after the other."""


def settled_form(texts: Iterable[str]) -> DateForm:
    """The form that all dates of a file have, if that is certain; otherwise ISO, which is read in any case.

    No more texts are asked for than it takes. A text that is not a date in any form says nothing.
    """
    possible = FORMS
    for text in texts:
        fitting = tuple(form for form in FORMS if form.fits(text))
        if not fitting:
            continue
        possible = tuple(form for form in fitting if form in possible)
        if not possible or ISO in possible:
            return ISO
    return possible[0] if len(possible) == 1 else ISO
