"""Which types can read a column of one file: each value is tried by the very rules by which a load reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

from models.fault_codes import FaultCode
from models.types.column_types import (
    MAX_DIGITS,
    Bounds,
    Column,
    ColumnType,
    Day,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    ListType,
    TextType,
    WholeNumber,
)
from producers.errors import FieldFaultError
from producers.proposal.evidence.values import Values, count_first
from producers.values.date_forms import FORMS, DateForm, settled_form
from producers.values.fields import Parse, parser_of
from producers.values.moments import day_text, parse_unix_time
from producers.values.numbers import parse_decimal, parse_decimal_comma

SEPARATORS: Final = (";", "|", ",", " ")
"""Those that lists are looked for with."""
_PATIENCE = 20
"""So many values may fail before a trial is given up, or a quarter of them all."""


def allowed(values: int) -> int:
    """How many of so many values may be faulty, and the rest still say what the column holds."""
    return 0 if values < 5 else max(1, values // 10)  # noqa: PLR2004  # of fewer than five, one is too many


_MOST_TEXTS: Final = 3


class Failure(NamedTuple):
    """A value that a type does not read."""

    text: str
    place: str
    """The file and the line."""


@dataclass
class Trial:
    """One type, and what it could not read."""

    parse: Parse
    failures: int = 0
    first: Failure | None = None
    texts: Counter[str] = field(default_factory=Counter)
    """The first few different values that failed."""

    def note(self, values: Values) -> None:
        """Take values that could not be read."""
        first = Failure(values.texts[0].as_py(), f"{values.file}:{values.lines[0]:,}")
        self.first = self.first or first
        count_first(self.texts, _MOST_TEXTS, values.texts, values.counts)


def _fails(name: str, trial: Trial, text: str, failing: Mapping[str, bool]) -> bool:
    """Whether a trial fails; a text without the separator of a list is one item, of which that may be known."""
    item, is_list, separator = name.partition("]")
    if is_list and separator not in text and (known := item.removeprefix("list[")) in failing:
        return failing[known]
    try:
        trial.parse(text)
    except FieldFaultError:
        return True
    return False


def _decimal(text: str) -> Decimal:
    """A number of any digits that can be declared."""
    try:
        places = max(0, -int(Decimal(text).as_tuple().exponent))
    except (ArithmeticError, ValueError):
        places = MAX_DIGITS
    return parse_decimal(text, ExactDecimal(MAX_DIGITS, min(places, MAX_DIGITS)))


def _decimal_comma(text: str) -> Decimal:
    """The same with a comma before the decimals."""
    return parse_decimal_comma(text, ExactDecimal(MAX_DIGITS, min(len(text.rpartition(",")[2]), MAX_DIGITS)))


def _unix_time(text: str, unit: str) -> datetime:
    """A Unix time of the years 2001 to 2099, which all have as many digits."""
    found = parse_unix_time(text, Instant(_PLAUSIBLE), unit)
    if len(text.partition(".")[0]) != _DIGITS_OF_UNIT[unit]:
        raise FieldFaultError(FaultCode.BAD_TIME, "has not as many digits as times of these years")
    return found


_DIGITS_OF_UNIT: Final = {"s": 10, "ms": 13}
UNIX_TIMES: Final = {f"UnixTime {unit}": rf"^[0-9]{{{digits}}}(?:\.|$)" for unit, digits in _DIGITS_OF_UNIT.items()}
"""The trials of Unix times, by name, and the form of what they read."""
_PLAUSIBLE: Final = Bounds(lt=datetime(2100, 1, 1, tzinfo=UTC))


def _scalar(kind: ColumnType, form: DateForm | None = None) -> Callable[[], Trial]:
    column = Column("tried", kind)
    return lambda: Trial(parser_of(column) if form is None else parser_of(column, form))


def _lists() -> Iterator[tuple[str, Callable[[], Trial]]]:
    for separator in SEPARATORS:
        for item in (Identifier(), WholeNumber(), TextType()):
            yield f"list[{item.name}]{separator}", _scalar(ListType(item, separator))


_TRIED: Final[Mapping[str, Callable[[], Trial]]] = {
    "Id": _scalar(Identifier()),
    "int": _scalar(WholeNumber()),
    "Decimal": lambda: Trial(_decimal),
    "DecimalComma": lambda: Trial(_decimal_comma),
    **{name: partial(Trial, partial(_unix_time, unit=name.rpartition(" ")[2])) for name in UNIX_TIMES},
    "bool": _scalar(Flag()),
    **{f"date {form.name}": _scalar(Day(), form) for form in FORMS},
    **{f"datetime {form.name}": _scalar(Instant(), form) for form in FORMS},
    **dict(_lists()),
}


@dataclass
class Verdict:
    """What a type, by its name, makes of the values of one file or of several."""

    failures: int
    first: Failure | None
    texts: Counter[str]
    """The first few different values that failed, and how often."""


@dataclass
class Trials:
    """The values of one column of one file, tried."""

    values: int = 0
    _trials: dict[str, Trial] = field(default_factory=lambda: {name: make() for name, make in _TRIED.items()})
    _days: dict[str, dict[tuple[bool, ...], str]] = field(default_factory=lambda: {"date": {}, "datetime": {}})
    """Of each set of forms that days fit, one of them: they settle the form as all days of the file do."""

    def add(self, examples: Sequence[str], counts: Sequence[int]) -> dict[str, list[int]]:
        """Try one value of each class of values that are alike, which are among those that `values` counts already.

        Args:
            examples: the values to try.
            counts: how many values are like each.

        Returns:
            by each type that may still be right the places of the examples that it does not read.
        """
        failed: dict[str, list[int]] = {name: [] for name in self._trials}
        for place, (text, count) in enumerate(zip(examples, counts, strict=True)):
            if any(name.startswith("date") for name in self._trials):
                self._note_day("date", text)
                self._note_day("datetime", day_text(text))
            failing: dict[str, bool] = {}
            for name, trial in list(self._trials.items()):
                failing[name] = _fails(name, trial, text, failing)
                if failing[name]:
                    failed[name].append(place)
                    trial.failures += count
                    if trial.failures > max(_PATIENCE, self.values // 4):
                        del self._trials[name]
        return {name: failed[name] for name in self._trials}

    def note(self, name: str, values: Values) -> None:
        """Take the values that a type does not read."""
        self._trials[name].note(values)

    def _note_day(self, kind: str, text: str) -> None:
        fits = tuple(form.fits(text) for form in FORMS)
        if any(fits):
            self._days[kind].setdefault(fits, text)

    @property
    def forms(self) -> dict[str, str]:
        """The names of the forms that a load would settle on for dates, and for dates with a time."""
        return {kind: settled_form(days.values()).name for kind, days in self._days.items()}

    def verdicts(self) -> dict[str, Verdict]:
        """By the name of each type that reads nearly all values; dates by the form that is settled."""
        found: dict[str, Verdict] = {}
        forms = self.forms
        for name, trial in self._trials.items():
            kind, _, form = name.partition(" ")
            if kind in forms:
                if form != forms[kind]:
                    continue
                name = kind  # noqa: PLW2901  # its form is the file's
            if trial.failures <= allowed(self.values):
                found[name] = Verdict(trial.failures, trial.first, trial.texts)
        return found

    @property
    def is_ambiguous_day(self) -> bool:
        """Whether all values are days, but either order of day and month would do."""
        reading = [name for name, trial in self._trials.items() if name.startswith("date ") and not trial.failures]
        return bool(self.values) and len(reading) > 1 and f"date {self.forms['date']}" not in reading
