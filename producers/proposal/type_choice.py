"""The type of a column, chosen by what was seen of it, with the evidence and the doubts in words."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from models.types.column_types import (
    MAX_DIGITS,
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
from producers.proposal import name_evidence
from producers.proposal.column_evidence import ColumnEvidence, Items
from producers.proposal.names import quoted
from producers.proposal.trials import Failure
from producers.values.date_forms import ISO

_HEADROOM: Final = 3
"""So many more digits than were seen may stand before the point."""
_LEAST_WHOLE: Final = 9
_MONEY_PLACES, _MEASURE_PLACES = 2, 3
_MOST_PLACES: Final = 20
_MOST_ITEM_LENGTH: Final = 40
_OFTEN: Final = 3
"""A value that is faulty so often means something."""
_SENTINELS: Final = ("-99", "-99.9", "-999", "-999.0", "-999.9", "-9999", "-9999.0", "-99999")
_MOST_WORDS: Final = 3
"""Of an item of a list; more are a sentence."""
_ZERO_ONE: Final = frozenset({"0", "1"})
_TRUE: Final = frozenset({"true", "t", "yes", "y", "1"})


@dataclass
class Choice:
    """A type and why it was chosen."""

    type: ColumnType
    evidence: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def chosen_type(name: str, seen: ColumnEvidence) -> Choice:
    """The type of the column of that name."""
    for choose in (_nothing, _flag, _day, _instant, _text_of_digits, _number, _list):
        choice = choose(name, seen)
        if choice is not None:
            return choice
    return Choice(TextType(), [], [*_doubts_of_text(seen)])


def exceptions(seen: ColumnEvidence, kind: str, what: str) -> Iterator[str]:
    """A question about the values that the chosen type does not read; none if there are none."""
    failures, first = seen.failures(kind), seen.first_failure(kind)
    if failures and first is not None:
        texts = (seen.verdicts or {})[kind].texts
        if texts.total() == failures >= _OFTEN * len(texts):
            said = " or ".join(map(quoted, texts))
            options = " ".join(f"--null={shlex.quote(text)}" for text in texts)
            yield (
                f"{failures:,} of {seen.values:,} values are {said}: if that means nothing, load with {options}; else "
                "such rows will be rejected and reported"
            )
            return
        yield (
            f"{failures:,} of {seen.values:,} values {_is_not(failures)} {what}, first {_shown(first)}: "
            "such rows will be rejected and reported; take str to store them as they are"
        )


def _is_not(count: int) -> str:
    return "is not" if count == 1 else "are not"


def _shown(first: Failure) -> str:
    return f"{quoted(first.text)} in {first.place}"


def _nothing(_: str, seen: ColumnEvidence) -> Choice | None:
    if seen.values:
        return None
    return Choice(TextType(), [], ["no value was seen: which type does it have?"])


def _flag(name: str, seen: ColumnEvidence) -> Choice | None:
    if seen.failures("bool") is None:
        return None
    texts = {text for text in seen.texts if text in _FLAG_WORDS}
    is_digits = texts <= _ZERO_ONE
    if is_digits and not name_evidence.is_flag(name):
        return None
    is_one_sided = not texts & _TRUE or texts <= _TRUE
    if is_one_sided and not texts <= {"true", "false"}:
        return None
    questions = [f"only {', '.join(sorted(texts))} was seen: is that all it can be?"] if is_one_sided else []
    return Choice(Flag(), [f"{', '.join(sorted(texts))}"], [*questions, *exceptions(seen, "bool", "true or false")])


_FLAG_WORDS: Final = _TRUE | {"false", "f", "no", "n", "0"}


def _day(name: str, seen: ColumnEvidence) -> Choice | None:
    if seen.failures("date") is None:
        return None
    written = seen.forms["date"]
    forms = [form for form in written if form != ISO.name]
    if any(form == "YYYYMMDD" for form in forms) and name_evidence.names_row(name):
        return None
    if any("00:00" in form for form in forms) and name_evidence.is_moment(name):
        return None
    evidence = [_forms_of(written)] if forms else []
    questions = [*exceptions(seen, "date", "a date")]
    if any("00:00" in form for form in forms):
        questions.append("each is a midnight: take datetime if a time of day may come")
    return Choice(Day(), evidence, questions)


def _forms_of(forms: Mapping[str, str]) -> str:
    if len(forms) == 1:
        return f"written {next(iter(forms))}"
    return "written " + ", ".join(f"{form} in {file}" for form, file in forms.items())


def _instant(_: str, seen: ColumnEvidence) -> Choice | None:
    if seen.failures("datetime") is None:
        return None
    forms = seen.forms["datetime"]
    evidence = [f"days {_forms_of(forms)}"] if set(forms) != {ISO.name} else []
    return Choice(Instant(), evidence, [*exceptions(seen, "datetime", "a date and time")])


def _text_of_digits(name: str, seen: ColumnEvidence) -> Choice | None:
    """Digits that a number would not keep as they stand."""
    is_whole = seen.failures("int") == 0
    if is_whole and seen.leading_zeros:
        zeros = f"{seen.leading_zeros:,} of {seen.values:,} values have leading zeros, which a number would lose"
        return Choice(TextType(), [zeros])
    if is_whole and name_evidence.is_text_of_digits(name):
        return Choice(TextType(), ["digits only, but by its name not a number"])
    if seen.exponents * 2 > seen.values and seen.failures("Decimal") is not None:
        many = f"{seen.exponents:,} of {seen.values:,} values have an exponent, so their digits have no limit"
        return Choice(TextType(), [many], ["a Decimal with enough digits would take sums and means"])
    return None


def _number(name: str, seen: ColumnEvidence) -> Choice | None:
    whole, exact = seen.failures("int"), seen.failures("Decimal")
    if whole == 0 and seen.failures("Id") == 0 and name_evidence.is_whole_identifier(name):
        return Choice(Identifier())
    if whole is not None and (whole in {0, exact} or name_evidence.is_count(name)):
        is_pointed = seen.pointed * 2 > seen.values
        if whole == 0 and (is_pointed or name_evidence.is_measure(name)) and not name_evidence.is_count(name):
            return _decimal(name, seen, whole)
        questions = [*exceptions(seen, "int", "a whole number")]
        if set(seen.texts) <= _ZERO_ONE and len(seen.texts) > 1:
            questions.append("only 0 and 1: take bool if they mean no and yes")
        return Choice(WholeNumber(), [], [*questions, *_sentinels(seen)])
    return None if exact is None else _decimal(name, seen, whole)


def _decimal(name: str, seen: ColumnEvidence, whole: int | None) -> Choice | None:
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
        ExactDecimal(before + places, places), evidence, [*exceptions(seen, "Decimal", "a number"), *_sentinels(seen)]
    )


def _sentinels(seen: ColumnEvidence) -> Iterator[str]:
    """A question about numbers that instruments write where they measured nothing."""
    for text in _SENTINELS:
        count = seen.texts[text]
        if count:
            yield f"{count:,} of {seen.values:,} values are {text}: if that means nothing, load with --null={text}"


def _list(name: str, seen: ColumnEvidence) -> Choice | None:
    for separator, items in seen.items.items():
        if not items.divided:
            continue
        for item in (Identifier(), WholeNumber()):
            key = f"list[{item.name}]{separator}"
            if seen.failures(key) is not None and _are_lists_of_numbers(name, separator, seen, items):
                what = f"a list of {item.name} separated by {quoted(separator)}"
                chosen = Identifier() if isinstance(item, Identifier) and _names_things(name) else WholeNumber()
                return Choice(ListType(chosen, separator), [_of_items(items)], [*exceptions(seen, key, what)])
        key = f"list[str]{separator}"
        if seen.failures(key) is not None and _are_lists_of_texts(name, separator, seen, items):
            question = f"are these lists? {items.divided:,} of {seen.values:,} values hold {quoted(separator)}"
            faults = exceptions(seen, key, f"a list separated by {quoted(separator)}")
            return Choice(ListType(TextType(), separator), [_of_items(items)], [question, *faults])
    return None


def _names_things(name: str) -> bool:
    return name_evidence.is_list(name) or name_evidence.names_row(name) or name_evidence.is_whole_identifier(name)


def _of_items(items: Items) -> str:
    return f"{len(items.counts):,} different items"


def _are_lists_of_numbers(name: str, separator: str, seen: ColumnEvidence, items: Items) -> bool:
    if separator in ";|":
        return True
    # `1,5` may be a number with a decimal comma, `030 1234` a phone number.
    longer = max((text.count(separator) for text in seen.texts), default=0) > 1
    return not seen.leading_zeros and (longer or _names_things(name)) and items.divided * 2 > seen.values * longer


def _are_lists_of_texts(name: str, separator: str, seen: ColumnEvidence, items: Items) -> bool:
    is_named = name_evidence.is_list(name)
    if items.longest > _MOST_ITEM_LENGTH or separator == " " or (separator == "," and not is_named):
        return False
    if name_evidence.is_free_text(name) or any(len(item.split()) > _MOST_WORDS for item in items.counts):
        return False
    # A bar seldom stands in a text, and then not in most.
    repeated = items.counts.total() >= 2 * len(items.counts) or (separator == "|" and items.divided * 2 >= seen.values)
    return is_named or (repeated and items.divided * 20 >= seen.values)


def _doubts_of_text(seen: ColumnEvidence) -> Iterator[str]:
    if seen.ambiguous_days:
        yield (
            f"days of which {seen.ambiguous_days} does not show whether the month or the day comes first: "
            "write them YYYY-MM-DD in the file and take date"
        )
    elif len(seen.kinds_of_files) > 1 and (contrast := _contrast(seen)):
        yield contrast
    commas = sum(text.count(",") == 1 and _is_number(text.replace(".", "").replace(",", ".")) for text in seen.texts)
    if seen.texts and commas * 10 > len(seen.texts) * 9:
        yield "numbers with a decimal comma, which is not read: save the file with decimal points, and take Decimal"


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def _contrast(seen: ColumnEvidence) -> str | None:
    """What one file holds and another contradicts."""
    named = [
        (next((kind for kind in _PLAIN if kind in kinds), "str"), file) for kinds, file in seen.kinds_of_files.items()
    ]
    if len({kind for kind, _ in named}) == 1:
        return None
    return "str, as " + ", but ".join(f"{file} has {kind}" for kind, file in named) + ": which is right?"


_PLAIN: Final = ("bool", "date", "datetime", "int", "Decimal")
