"""What was seen of one column in all files of a kind."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from producers.proposal.evidence.alike import Alike, alike
from producers.proposal.evidence.hashes import hashes_of
from producers.proposal.evidence.repeats import Repeats
from producers.proposal.evidence.trials import SEPARATORS, UNIX_TIMES, Failure, Trials, Verdict
from producers.proposal.evidence.values import WHITESPACE, Values, count_first
from producers.values.moments import day_text
from producers.values.null_markers import NULL_MARKERS

_LEADING_ZERO = re.compile(r"0[0-9]+")
_EXPONENT = re.compile(r"[-0-9.]+[eE][-+]?[0-9]+")
_MOST_ITEMS: Final = 1000
"""So many different items of a list are counted."""
_MOST_OTHERS: Final = 3
_DAY_LENGTH: Final = len("2024-03-05")
_MARKERS: Final = pa.array(sorted(NULL_MARKERS), pa.string())


@dataclass
class Items:
    """The parts of values between separators."""

    divided: int = 0
    """How many values hold the separator."""
    longest: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, values: Values, separator: str) -> None:
        """Take values."""
        divided = pc.split_pattern(values.texts, separator)
        parts = pc.utf8_trim(divided.flatten(), WHITESPACE).dictionary_encode()
        of_part = values.counts[pc.list_parent_indices(divided).to_numpy()]
        lengths = pc.list_value_length(divided).to_numpy()
        self.divided += int(values.counts[lengths > 1].sum())
        self.longest = max(self.longest, pc.max(pc.utf8_length(parts.dictionary)).as_py())
        counts = np.bincount(parts.indices.to_numpy(), of_part, len(parts.dictionary)).astype(np.int64)
        count_first(self.counts, _MOST_ITEMS, parts.dictionary, counts)


@dataclass
class Digits:
    """How long the numbers of a column are."""

    whole: int = 1
    places: int = 0
    others: Counter[str] = field(default_factory=Counter)
    """The first few different values that are no numbers, and how often each occurs."""
    numbers: int = 0
    """How many values are numbers."""

    def add(self, text: str, count: int) -> bool:
        """Take a value, and how many are like it; whether it is a number."""
        with suppress(InvalidOperation, ValueError):
            # A comma is a decimal one, if the number is one at all.
            number = Decimal(text.replace(".", "").replace(",", ".") if "," in text else text)
            _, digits, exponent = number.as_tuple()
            if isinstance(exponent, int):
                self.places = max(self.places, -exponent)
                self.whole = max(self.whole, len(digits) + exponent)
                self.numbers += count
                return True
        return False


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
    items: dict[str, Items] = field(default_factory=lambda: dict.fromkeys(SEPARATORS, Items()))
    """By separator; those of separators that were not seen yet are one and the same."""
    times: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By the names of `UNIX_TIMES`, the least and the greatest value of so many digits."""
    first_day: str = ""
    last_day: str = ""
    _trials: Trials = field(default_factory=Trials)

    def add(self, values: Values, empty: int) -> None:
        """Take values of the file being read.

        Args:
            values: that are not empty.
            empty: how many fields are empty.
        """
        self.empty += empty
        marker = pc.is_in(values.texts, _MARKERS).to_numpy(zero_copy_only=False)
        if marker.any():
            self.markers.update(dict(values.chosen(marker).pairs()))
            values = values.chosen(~marker)
        if len(values.texts):
            self._add(values)

    def _add(self, values: Values) -> None:
        self.values += int(values.counts.sum())
        # All at once, as values that are alike come together: a few of one text are not most of all.
        self._trials.values += int(values.counts.sum())
        found = alike(values.texts)
        examples = values.texts.take(pa.array(found.first)).to_pylist()
        counts = np.bincount(found.of, values.counts).astype(int).tolist()
        failed = self._trials.add(examples, counts)
        for name, classes in failed.items():
            if classes:
                self._trials.note(name, values.chosen(found.members(classes)))
        self._note_times(values, failed.keys() & UNIX_TIMES.keys())
        self._note_forms(examples, counts)
        others = [place for place, text in enumerate(examples) if not self.digits.add(text, counts[place])]
        if others:
            chosen = values.chosen(found.members(others))
            count_first(self.digits.others, _MOST_OTHERS, chosen.texts, chosen.counts)
        if len(self.texts) < _MOST_ITEMS:
            for text, count in values.pairs():
                if len(self.texts) < _MOST_ITEMS:
                    self.texts[text.lower()] += count
        self._note_items(values)
        self._note_days(values, found, examples)
        hashes = hashes_of(values.texts)
        order = np.argsort(hashes)
        self.repeats.add_counted(hashes[order], values.counts[order])

    def _note_forms(self, examples: list[str], counts: list[int]) -> None:
        for text, count in zip(examples, counts, strict=True):
            self.leading_zeros += count * bool(_LEADING_ZERO.fullmatch(text))
            self.exponents += count * bool(_EXPONENT.fullmatch(text))
            self.pointed += count * ("." in text)
            self.commas += count * (text.count(",") == 1)

    def _note_times(self, values: Values, units: set[str]) -> None:
        for name in units:
            some = values.texts.filter(pc.match_substring_regex(values.texts, UNIX_TIMES[name]))
            ends = [end for end in pc.min_max(some).as_py().values() if end]
            if ends:
                ends += self.times.get(name, ())
                self.times[name] = (min(ends), max(ends))

    def _note_items(self, values: Values) -> None:
        for separator, items in self.items.items():
            if pc.any(pc.match_substring(values.texts, separator)).as_py():
                self.items[separator] = replace(items, counts=items.counts.copy())
        for separator, items in {id(items): (by, items) for by, items in self.items.items()}.values():
            items.add(values, separator)

    def _note_days(self, values: Values, found: Alike, examples: list[str]) -> None:
        days: list[str] = []
        iso: list[int] = []
        for number, text in enumerate(examples):
            with suppress(ValueError):
                day = date.fromisoformat(day_text(text)).isoformat()
                days.append(day)
                if text.startswith(day):
                    iso.append(number)
        if iso:
            # Only such are alike without having the same day.
            some = pc.utf8_slice_codeunits(values.texts.filter(pa.array(found.members(iso))), 0, _DAY_LENGTH)
            days += pc.min_max(some).as_py().values()
        if days:
            self.first_day, self.last_day = min([self.first_day or days[0], *days]), max([self.last_day, *days])

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
