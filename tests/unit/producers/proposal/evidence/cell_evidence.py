"""The definition of a column's evidence: each value by itself, with nothing taken for alike."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from producers.errors import FieldFaultError
from producers.proposal.evidence.trials import SEPARATORS, Trials, allowed
from producers.values.fields import Parse
from producers.values.moments import day_text
from producers.values.null_markers import NULL_MARKERS

_UNIX_DIGITS = {"UnixTime s": 10, "UnixTime ms": 13}


def read_by(text: str) -> frozenset[str]:
    """The types that read a value."""
    return frozenset(name for name, trial in Trials()._trials.items() if _reads(trial.parse, text))  # noqa: SLF001  # all


def _reads(parse: Parse, text: str) -> bool:
    try:
        parse(text)
    except FieldFaultError:
        return False
    return True


def digits_of(text: str) -> tuple[int, int] | None:
    """The digits of a number before and after its point."""
    with suppress(InvalidOperation, ValueError):
        number = Decimal(text.replace(".", "").replace(",", ".") if "," in text else text).as_tuple()
        if isinstance(number.exponent, int):
            return max(1, len(number.digits) + number.exponent), max(0, -number.exponent)
    return None


def day_of(text: str) -> str | None:
    with suppress(ValueError):
        return date.fromisoformat(day_text(text)).isoformat()
    return None


@dataclass
class CellEvidence:
    """Of the values of one file."""

    failures: Counter[str] = field(default_factory=Counter)
    failed: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    numbers: int = 0
    whole: int = 1
    places: int = 0
    others: Counter[str] = field(default_factory=Counter)
    days: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    markers: Counter[str] = field(default_factory=Counter)
    items: dict[str, Counter[str]] = field(default_factory=dict)
    divided: Counter[str] = field(default_factory=Counter)
    longest: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[str]] = field(default_factory=dict)

    def add(self, text: str, line: int) -> None:
        if not text or text in NULL_MARKERS:
            self.markers.update([text] * bool(text))
            return
        self.values.append(text)
        read = read_by(text)
        for name in Trials()._trials:  # noqa: SLF001  # all there are
            if name not in read:
                self.failures[name] += 1
                self.failed.setdefault(name, []).append((text, line))
        digits = digits_of(text)
        if digits is None:
            if text in self.others or len(self.others) < 3:
                self.others[text] += 1
        else:
            self.numbers += 1
            self.whole, self.places = max(self.whole, digits[0]), max(self.places, digits[1])
        self.days += [day] if (day := day_of(text)) else []
        self._add_items(text)
        for name, count in _UNIX_DIGITS.items():
            if len(text.partition(".")[0]) == count and set(text.partition(".")[0]) <= {*"0123456789"}:
                self.times.setdefault(name, []).append(text)

    def _add_items(self, text: str) -> None:
        for separator in SEPARATORS:
            parts = [part.strip() for part in text.split(separator)]
            counts = self.items.setdefault(separator, Counter())
            for part in parts:
                if part in counts or len(counts) < 1000:
                    counts[part] += 1
            self.divided[separator] += len(parts) > 1
            self.longest[separator] = max(self.longest[separator], *map(len, parts))

    def verdicts(self) -> dict[str, int]:
        """How many values each type of one form does not read, where these are few."""
        names = [name for name in Trials()._trials if not name.startswith("date")]  # noqa: SLF001  # all
        return {name: self.failures[name] for name in names if self.failures[name] <= allowed(len(self.values))}
