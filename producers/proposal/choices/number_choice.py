"""The type of a column of numbers, among them those that may be times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from models.types.column_types import (
    MAX_DIGITS,
    Amount,
    DecimalComma,
    ExactDecimal,
    Identifier,
    Instant,
    TextType,
    UnixTime,
    WholeNumber,
)
from producers.proposal import name_evidence
from producers.proposal.choices.choice import Choice, exceptions
from producers.proposal.evidence.column_evidence import ColumnEvidence
from producers.proposal.names import quoted

_HEADROOM: Final = 3
"""So many more digits than were seen may stand before the point."""
_LEAST_WHOLE: Final = 9
_MONEY_PLACES, _MEASURE_PLACES = 2, 3
_MOST_PLACES: Final = 20
_SENTINELS: Final = ("-99", "-99.9", "-999", "-999.0", "-999.9", "-9999", "-9999.0", "-99999")
ZERO_ONE: Final = frozenset({"0", "1"})

_LATEST: Final = 4_102_444_800
"""The year 2100 in seconds."""
_UNIX_UNITS: Final = {"ms": (1_000, "milliseconds"), "s": (1, "seconds")}


def unix_time(name: str, seen: ColumnEvidence) -> Choice | None:
    """Numbers that may be times, by their size and the column's name."""
    unit = next((unit for unit in _UNIX_UNITS if seen.failures(f"UnixTime {unit}") is not None), None)
    if unit is None or not name_evidence.may_be_unix_time(name):
        return None
    a_second, in_words = _UNIX_UNITS[unit]
    ends = (min(int(Decimal(end)) // a_second, _LATEST) for end in seen.times[f"UnixTime {unit}"])
    first, last = (datetime.fromtimestamp(end, UTC) for end in ends)
    seen.first_day, seen.last_day = f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"
    question = (
        f"are these times, counted in {in_words} since 1970: from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC? "
        "If not, take int"
    )
    faults = exceptions(seen, f"UnixTime {unit}", "a Unix time")
    return Choice(Instant(), [], [question, *faults], UnixTime(unit))


def decimal_comma(name: str, seen: ColumnEvidence) -> Choice | None:
    """Numbers of which some have one comma, and that cannot be read without it."""
    failures, exact = seen.failures("DecimalComma"), seen.failures("Decimal")
    if failures is None or not seen.commas or (exact is not None and exact <= failures):
        return None
    if name_evidence.names_things(name):
        return None
    such = quoted(next((text for text in seen.texts if text.count(",") == 1), ""))
    question = f"is the comma the decimal mark? {seen.commas:,} of {seen.values:,} values have one, such as {such}"
    choice = _decimal(name, seen, None, "DecimalComma")
    return Choice(choice.type, choice.evidence, [question, *choice.questions], DecimalComma())


def amount(_: str, seen: ColumnEvidence) -> Choice | None:
    """Numbers with one sign of a currency or of per cent, by the first values, if they can be read in one way."""
    found = [match for text in seen.texts if (match := _AMOUNT.fullmatch(text))]
    signs = {match["before"] or match["after"] for match in found} - {None}
    if len(signs) != 1 or len(found) < len(seen.texts):
        return None
    numbers = [match["number"] or match["other"] for match in found]
    marked = [text for text in numbers if not text.isdigit()]
    marks = {max(".,", key=text.rfind) for text in marked if not _MAY_BE_WHOLE.fullmatch(text)}
    if len(marks) > 1 or (marked and not marks):
        return None
    mark, sign = (marks or {"."}).pop(), signs.pop().upper()
    parts = [text.split(mark) if mark in text else (text, "") for text in numbers]
    places = max(_MONEY_PLACES, *(len(part[-1]) for part in parts))
    before = max(_LEAST_WHOLE, _HEADROOM + max(sum(map(str.isdigit, part[0])) for part in parts))
    if places > _MOST_PLACES or before + places > MAX_DIGITS:
        return None
    such, what = quoted(next(iter(seen.texts))), "comma" if mark == "," else "point"
    question = f"numbers with {quoted(sign)}, such as {such}: is the {what} the decimal mark in all of them?"
    return Choice(ExactDecimal(before + places, places), [], [question], Amount(sign, mark))


_SIGN: Final = "[$€£¥%]|eur|usd|gbp|chf"
_AMOUNT: Final = re.compile(
    rf"-?\s?(?:(?P<before>{_SIGN})?\s?-?(?P<number>[0-9][0-9.,]*)|(?P<other>[0-9][0-9.,]*)\s?(?P<after>{_SIGN}))"
)
"""A number with or without a sign, in small letters."""
_MAY_BE_WHOLE: Final = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+)")
"""A number of which the points or commas may divide thousands."""


def number(name: str, seen: ColumnEvidence) -> Choice | None:
    """Numbers as they are read without being asked for."""
    whole, exact = seen.failures("int"), seen.failures("Decimal")
    if whole == 0 and seen.failures("Id") == 0 and name_evidence.is_whole_identifier(name):
        return Choice(Identifier())
    if whole is not None and (whole in {0, exact} or name_evidence.is_count(name)):
        is_pointed = seen.pointed * 2 > seen.values
        if whole == 0 and (is_pointed or name_evidence.is_measure(name)) and not name_evidence.is_count(name):
            return _decimal(name, seen, whole)
        questions = [*exceptions(seen, "int", "a whole number")]
        if set(seen.texts) <= ZERO_ONE and len(seen.texts) > 1:
            questions.append("only 0 and 1: take bool if they mean no and yes")
        return Choice(WholeNumber(), [], [*questions, *_sentinels(seen)])
    return None if exact is None else _decimal(name, seen, whole)


def _decimal(name: str, seen: ColumnEvidence, whole: int | None, trial: str = "Decimal") -> Choice:
    places = seen.digits.places
    evidence = [f"{places} decimals at most" if places != 1 else "1 decimal at most"]
    if whole == 0 and not places:
        places = max(places, _MONEY_PLACES if name_evidence.is_money(name) else _MEASURE_PLACES)
        evidence = ["no decimals, but by its name it may have them"]
    if places > _MOST_PLACES or seen.digits.whole + places > MAX_DIGITS:
        return Choice(
            TextType(), [f"numbers of {seen.digits.whole} digits and {places} decimals: too many for a Decimal"]
        )
    places = _MONEY_PLACES if places == 1 else places
    before = min(max(_LEAST_WHOLE, seen.digits.whole + _HEADROOM), MAX_DIGITS - places)
    return Choice(
        ExactDecimal(before + places, places), evidence, [*exceptions(seen, trial, "a number"), *_sentinels(seen)]
    )


def _sentinels(seen: ColumnEvidence) -> Iterator[str]:
    """A question about numbers that instruments write where they measured nothing."""
    for text in _SENTINELS:
        count = seen.texts[text]
        if count:
            yield f"{count:,} of {seen.values:,} values are {text}: if that means nothing, load with --null={text}"
