"""What was seen of one column in all files of a kind."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from models.fault_codes import FaultCode
from producers.proposal.evidence.repeats import Repeats, hash_of
from producers.proposal.evidence.trials import SEPARATORS, Failure, Trials, Verdict
from producers.values.moments import day_text
from producers.values.null_markers import NULL_MARKERS

_LEADING_ZERO = re.compile(r"0[0-9]+")
_EXPONENT = re.compile(r"[-0-9.]+[eE][-+]?[0-9]+")
_MOST_ITEMS: Final = 1000
"""So many different items of a list are counted."""
_MOST_OTHERS: Final = 3


@dataclass
class Items:
    """The parts of values between separators."""

    divided: int = 0
    """How many values hold the separator."""
    longest: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, separator: str, count: int) -> None:
        """Take a value."""
        parts = [part.strip() for part in text.split(separator)]
        self.divided += count * (len(parts) > 1)
        self.longest = max(self.longest, *map(len, parts))
        for part in parts:
            if part in self.counts or len(self.counts) < _MOST_ITEMS:
                self.counts[part] += count


@dataclass
class Digits:
    """How long the numbers of a column are."""

    whole: int = 1
    places: int = 0
    least: Decimal = Decimal("Infinity")
    greatest: Decimal = Decimal("-Infinity")
    others: Counter[str] = field(default_factory=Counter)
    """The first few different values that are no numbers, and how often each occurs."""
    numbers: int = 0
    """How many values are numbers."""

    def add(self, text: str, count: int) -> None:
        """Take a value, whether it is a number or not, and how often it occurs."""
        with suppress(InvalidOperation, ValueError):
            # A comma is a decimal one, if the number is one at all.
            number = Decimal(text.replace(".", "").replace(",", ".") if "," in text else text)
            _, digits, exponent = number.as_tuple()
            if isinstance(exponent, int):
                self.least, self.greatest = min(self.least, number), max(self.greatest, number)
                self.places = max(self.places, -exponent)
                self.whole = max(self.whole, len(digits) + exponent)
                self.numbers += count
                return
        if text in self.others or len(self.others) < _MOST_OTHERS:
            self.others[text] += count


@dataclass
class ColumnEvidence:
    """The values of a column; add them a file at a time."""

    values: int = 0
    empty: int = 0
    markers: Counter[str] = field(default_factory=Counter)
    """Texts that often mean nothing. They are not among the values."""
    verdicts: dict[str, Verdict] | None = None
    """By type, what its trials in all files say; a type that fails in one file is not in it. None: no values yet."""
    kinds_of_files: dict[frozenset[str], str] = field(default_factory=dict)
    """The types that read all of a file, and the first file of which that is so."""
    forms: dict[str, dict[str, str]] = field(default_factory=lambda: {"date": {}, "datetime": {}})
    """The forms that days have, and the first file of each; for dates, and for dates with a time."""
    ambiguous_days: str | None = None
    """The first file whose days may be read in either order."""
    repeats: Repeats = field(default_factory=Repeats)
    digits: Digits = field(default_factory=Digits)
    leading_zeros: int = 0
    exponents: int = 0
    pointed: int = 0
    """How many values are written with decimals."""
    commas: int = 0
    """How many values hold one comma."""
    texts: Counter[str] = field(default_factory=Counter)
    """The different values as long as they are few, in small letters."""
    items: dict[str, Items] = field(default_factory=lambda: {separator: Items() for separator in SEPARATORS})
    codes: Counter[FaultCode] = field(default_factory=Counter)
    """Why values are not numbers."""
    first_day: str = ""
    last_day: str = ""
    _trials: Trials = field(default_factory=Trials)

    def add(self, values: dict[str, tuple[int, str]], empty: int) -> None:
        """Take values of the file being read.

        Args:
            values: how often each occurs, and its first place.
            empty: how many fields are empty.
        """
        self.empty += empty
        # All at once, as values that are alike come together: a few of one text are not most of all.
        self._trials.values += sum(count for text, (count, _) in values.items() if text not in NULL_MARKERS)
        for text, (count, place) in values.items():
            if text in NULL_MARKERS:
                self.markers[text] += count
            else:
                self._add(text, count, place)

    def _add(self, text: str, count: int, place: str) -> None:
        self.values += count
        self._trials.add(text, count, place)
        self.digits.add(text, count)
        self.leading_zeros += count * bool(_LEADING_ZERO.fullmatch(text))
        self.exponents += count * bool(_EXPONENT.fullmatch(text))
        self.pointed += count * ("." in text)
        self.commas += count * (text.count(",") == 1)
        if len(self.texts) < _MOST_ITEMS:
            self.texts[text.lower()] += count
        for separator, items in self.items.items():
            items.add(text, separator, count)
        self._note_day(text)
        value = hash_of([text])
        for _ in range(count):
            self.repeats.add(value)

    def _note_day(self, text: str) -> None:
        with suppress(ValueError):
            day = date.fromisoformat(day_text(text)).isoformat()
            self.first_day = min(self.first_day or day, day)
            self.last_day = max(self.last_day, day)

    def end_file(self, name: str) -> None:
        """The file is read to its end, or as far as it is to be read."""
        ended, self._trials = self._trials, Trials()
        if not ended.values:
            return
        found = ended.verdicts()
        self.kinds_of_files.setdefault(frozenset(kind for kind, verdict in found.items() if not verdict.failures), name)
        if self.verdicts is None:
            self.verdicts = found
        else:
            self.verdicts = {kind: _both(self.verdicts[kind], found[kind]) for kind in found if kind in self.verdicts}
        for kind, form in ended.forms.items():
            self.forms[kind].setdefault(form, name)
        if ended.is_ambiguous_day:
            self.ambiguous_days = self.ambiguous_days or name

    def failures(self, kind: str) -> int | None:
        """How many values a type cannot read; None if they are too many to be faults."""
        verdict = (self.verdicts or {}).get(kind)
        return None if verdict is None else verdict.failures

    def first_failure(self, kind: str) -> Failure | None:
        """The first value that a type cannot read."""
        verdict = (self.verdicts or {}).get(kind)
        return None if verdict is None else verdict.first

    @property
    def nothing(self) -> int:
        """How many fields are empty, or hold what means so."""
        return self.empty + self.markers.total()

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return self.values + self.nothing


def _both(one: Verdict, other: Verdict) -> Verdict:
    return Verdict(one.failures + other.failures, one.first or other.first, one.texts + other.texts)
