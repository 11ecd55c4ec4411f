"""The type of a column, chosen by what was seen of it, with the evidence and the doubts in words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from models.types.column_types import (
    Day,
    Flag,
    Identifier,
    Instant,
    ListType,
    TextType,
    WholeNumber,
)
from producers.proposal import name_evidence
from producers.proposal.choices.choice import Choice, exceptions
from producers.proposal.choices.number_choice import ZERO_ONE, amount, decimal_comma, number, unix_time
from producers.proposal.evidence.column_evidence import ColumnEvidence, Items
from producers.proposal.name_evidence import names_things
from producers.proposal.names import quoted
from producers.values.date_forms import ISO

_MOST_ITEM_LENGTH: Final = 40
_MOST_WORDS: Final = 3
"""Of an item of a list; more are a sentence."""
_TRUE: Final = frozenset({"true", "t", "yes", "y", "1"})


_SIGN: Final = r"(?:[$€£¥%]|(?:eur|usd|gbp|chf))"
_SIGNED_NUMBER: Final = re.compile(rf"-?(?:{_SIGN} ?-?[0-9.,]+|[0-9.,]+ ?{_SIGN})")
"""A number with the sign of a currency or of per cent, in small letters."""


def chosen_type(name: str, seen: ColumnEvidence) -> Choice:
    """The type of the column of that name."""
    for choose in (_nothing, _flag, _day, _instant, unix_time, _text_of_digits, decimal_comma, number, amount, _list):
        choice = choose(name, seen)
        if choice is not None:
            return choice
    return Choice(TextType(), [], [*_doubts_of_text(name, seen)])


def _nothing(_: str, seen: ColumnEvidence) -> Choice | None:
    if seen.values:
        return None
    return Choice(TextType(), [], ["no value was seen: which type does it have?"])


def _flag(name: str, seen: ColumnEvidence) -> Choice | None:
    if seen.failures("bool") is None:
        return None
    texts = {text for text in seen.texts if text in _FLAG_WORDS}
    is_digits = texts <= ZERO_ONE
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
    if name_evidence.is_version(name) and seen.failures("Decimal") == 0:
        return Choice(TextType(), ["numbers, but by its name a version, of which 1.10 is not 1.1"])
    if seen.exponents * 2 > seen.values and seen.failures("Decimal") is not None:
        many = f"{seen.exponents:,} of {seen.values:,} values have an exponent, so their digits have no limit"
        return Choice(TextType(), [many], ["a Decimal with enough digits would take sums and means"])
    return None


def _list(name: str, seen: ColumnEvidence) -> Choice | None:
    for separator, items in seen.items.items():
        if not items.divided:
            continue
        for item in (Identifier(), WholeNumber()):
            key = f"list[{item.name}]{separator}"
            if seen.failures(key) is not None and _are_lists_of_numbers(name, separator, seen, items):
                what = f"a list of {item.name} separated by {quoted(separator)}"
                chosen = Identifier() if isinstance(item, Identifier) and names_things(name) else WholeNumber()
                return Choice(ListType(chosen, separator), [_of_items(items)], [*exceptions(seen, key, what)])
        key = f"list[str]{separator}"
        if seen.failures(key) is not None and _are_lists_of_texts(name, separator, seen, items):
            question = f"are these lists? {items.divided:,} of {seen.values:,} values hold {quoted(separator)}"
            faults = exceptions(seen, key, f"a list separated by {quoted(separator)}")
            return Choice(ListType(TextType(), separator), [_of_items(items)], [question, *faults])
    return None


def _of_items(items: Items) -> str:
    return f"{len(items.counts):,} different items"


def _are_lists_of_numbers(name: str, separator: str, seen: ColumnEvidence, items: Items) -> bool:
    if separator in ";|":
        return True
    # `1,5` may be a number with a decimal comma, `030 1234` a phone number.
    longer = max((text.count(separator) for text in seen.texts), default=0) > 1
    return not seen.leading_zeros and (longer or names_things(name)) and items.divided * 2 > seen.values * longer


def _are_lists_of_texts(name: str, separator: str, seen: ColumnEvidence, items: Items) -> bool:
    is_named = name_evidence.is_list(name)
    if items.longest > _MOST_ITEM_LENGTH or separator == " " or (separator == "," and not is_named):
        return False
    if name_evidence.is_free_text(name) or any(len(item.split()) > _MOST_WORDS for item in items.counts):
        return False
    # A bar seldom stands in a text, and then not in most.
    repeated = items.counts.total() >= 2 * len(items.counts) or (separator == "|" and items.divided * 2 >= seen.values)
    return is_named or (repeated and items.divided * 20 >= seen.values)


def _doubts_of_text(name: str, seen: ColumnEvidence) -> Iterator[str]:
    if seen.ambiguous_days:
        yield (
            f"days of which {seen.ambiguous_days} does not show whether the month or the day comes first: "
            "write them YYYY-MM-DD in the file and take date"
        )
    elif len(seen.kinds_of_files) > 1 and (contrast := _contrast(seen)):
        yield contrast
    if seen.digits.numbers * 2 > seen.values > seen.digits.numbers and not name_evidence.names_text(name):
        others = seen.digits.others
        nulls = " ".join(f"--null={shlex.quote(text)}" for text in others)
        yield (
            f"{seen.digits.numbers:,} of {seen.values:,} values are numbers, others are such as "
            f"{' or '.join(map(quoted, others))}: if that means nothing, load with {nulls}, and take Decimal"
        )
    signed = sum(bool(_SIGNED_NUMBER.fullmatch(text)) for text in seen.texts)
    if seen.texts and signed * 10 > len(seen.texts) * 9:
        such = quoted(next(filter(_SIGNED_NUMBER.fullmatch, seen.texts)))
        yield f"numbers with a sign, such as {such}, which is not read: save the file without it, and take Decimal"


def _contrast(seen: ColumnEvidence) -> str | None:
    """What one file holds and another contradicts."""
    named = [
        (next((kind for kind in _PLAIN if kind in kinds), "str"), file) for kinds, file in seen.kinds_of_files.items()
    ]
    if len({kind for kind, _ in named}) == 1:
        return None
    return "str, as " + ", but ".join(f"{file} has {kind}" for kind, file in named) + ": which is right?"


_PLAIN: Final = ("bool", "date", "datetime", "int", "Decimal", "DecimalComma")
