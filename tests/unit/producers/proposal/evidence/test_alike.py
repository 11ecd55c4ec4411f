"""What is taken for alike is: evidence of columns equals that of each value by itself."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from producers.proposal.evidence.alike import alike
from producers.proposal.evidence.column_evidence import ColumnEvidence
from producers.proposal.evidence.trials import SEPARATORS
from producers.proposal.evidence.values import Values
from producers.values.date_forms import FORMS
from producers.values.moments import day_text
from tests.unit.producers.proposal.evidence.cell_evidence import CellEvidence, day_of, digits_of, read_by

_CLOCK = r"([0-2][0-9]:[0-6][0-9]|00:00)(:[0-6][0-9](\.[0-9]{1,7})?)?( ?(Z|UTC|[+-][0-2][0-9](:?[0-6][0-9])?))?"
_PATTERNS = [
    r"-?0{0,2}[0-9]{1,20}",
    r"-?[0-9]{0,4}[.,]0{0,3}[0-9]{0,4}0{0,2}",
    r"-?[0-9]{1,3}([.,][0-9]{3}){1,3}([.,][0-9]{0,2})?",
    r"(0|1|40|41|42|9)[0-9]{8,12}(\.[0-9]{1,8})?",
    r"4102444(799|800)(000|999)?",
    r"9223372036854775(807|808)",
    r"[0-9.]{1,4}[eE][-+]?[0-9]{1,3}",
    r"(0001|1999|2024|9999)[-/.]?[01]?[0-9][-/.]?[0-3]?[0-9]",
    r"[0-3]?[0-9][-/.][01]?[0-9][-/.](0001|1999|2024|9999)",
    rf"(2024-0[12]-[0-3][0-9]|[0-3][0-9]/[01][0-9]/2024|20240[1-9]31|9999-12-31|0001-01-01)[T ]{_CLOCK}",
    r"2024-?W[0-5][0-9](-?[1-7])?([ T]x)?",
    r"2024-01-0[1-9][ T][a-z]{1,3}",
    r"[0-9]{0,3}([;|, ]{1,2}[0-9]{0,3}){1,3}",
    r"[a-cA]{0,2}([;|, ]{1,2}[a-c.]{0,2}){1,3}",
    r"[+(]?[0-9]{2,3}[) /:-]{1,2}[0-9]{2,4}([.:-][0-9]{1,3}){0,3}",
    r"[€$£%] ?-?[0-9.,]{1,6}|[0-9.,]{1,6} ?(EUR|%|€|pcs)",
    r"[A-Z]{1,3}-0{0,2}[0-9]{1,4}",
    r"[0-9a-f]{4}-[0-9a-f]{4}",
    r"(?i)true|yes|no|[tfyn01]|-?s?nan1?|[+-]?inf|infinity|on",
    r"[ACEIFNTUYZaefinsty0-9_ .,+:-]{1,8}",
]
TEXTS = st.one_of(
    *(st.from_regex(pattern, fullmatch=True) for pattern in _PATTERNS),
    st.text(st.sampled_from("0129 4T:-./,;|+eEZ_aBr€\u00a0é²٣\t\0\u2009\u0301\u0131"), max_size=9),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
).map(str.strip)


def in_classes(texts: list[str]) -> list[list[str]]:
    found = alike(pa.array(texts, pa.string()))
    classes: list[list[str]] = [[] for _ in found.first]
    for text, number in zip(texts, found.of.tolist(), strict=True):
        classes[number].append(text)
    assert [members[0] for members in classes] == [texts[place] for place in found.first.tolist()]
    assert sorted(found.first.tolist()) == found.first.tolist()
    return classes


def all_that_is_said_of(text: str) -> object:
    first = day_of(text)
    is_iso = first is not None and text.startswith(first)
    return (
        read_by(text),
        digits_of(text),
        [form.fits(text) for form in FORMS],
        [form.fits(day_text(text)) for form in FORMS],
        "an ISO day" if is_iso else first,
        "." in text,
        text.count(",") == 1,
        len(text) > 1 and text[0] == "0" and text.isdigit() and text.isascii(),
    )


@given(st.lists(TEXTS.filter(bool), min_size=2, max_size=60, unique=True))
@example(["1709640000", "4102444799", "4102444800", "4202444800", "5000000000", "0999999999", "1709640000.1234567"])
@example(["2024-01-05 10:15", "2024-01-06T11:00:07.5", "2024-01-05T10:15Z", "2024-01-06 11:01:02 UTC"])
@example(["5.0", "5.1", "5.01", "0.5", "00", "0", "1", "2", "0.0", "-0", "100", "007"])
def test_of_values_that_are_alike_the_same_is_said(texts: list[str]) -> None:
    for members in in_classes(texts):
        said = {text: all_that_is_said_of(text) for text in members}
        assert all(found == said[members[0]] for found in said.values()), said


def test_columns_of_one_sort_have_few_classes() -> None:
    columns = [
        [f"O-{number:06}" for number in range(5000)],
        [str(number) for number in range(100_000, 105_000)],
        [f"{number // 100}.{number % 100:02}" for number in range(10_000, 15_000)],
        [f"2024-01-{number % 28 + 1:02} {number // 60 % 24:02}:{number % 60:02}:07Z" for number in range(5000)],
        [f"someone{number}@example.com" for number in range(5000)],
        [f"€ {number}.50" for number in range(1000, 6000)],
        [f"+49 30 {number}" for number in range(10_000, 15_000)],
        [f"Größe {number}; sonst nichts" for number in range(5000)],
    ]
    assert max(len(in_classes(list(dict.fromkeys(column)))) for column in columns) < 100


def evidence_of(rows: list[str], at_once: int) -> ColumnEvidence:
    found = ColumnEvidence()
    for begin in range(0, len(rows), at_once):
        part = rows[begin : begin + at_once]
        texts = [*dict.fromkeys(filter(None, part))]
        counts = Counter(part)
        lines = np.array([begin + 2 + part.index(text) for text in texts], np.int64)
        often = np.array([counts[text] for text in texts], np.int64)
        found.add(Values(pa.array(texts, pa.string()), often, lines, "a.csv"), counts[""])
    found.end_file("a.csv")
    return found


@given(
    st.lists(st.one_of(TEXTS, st.sampled_from(["", "NULL", "7", "8.5", "red;blue"])), min_size=1, max_size=60),
    st.integers(1, 40),
)
def test_evidence_of_columns_is_that_of_each_value(rows: list[str], at_once: int) -> None:
    found, cells = evidence_of(rows, at_once), CellEvidence()
    for line, text in enumerate(rows, 2):
        cells.add(text, line)
    assert (found.values, found.markers) == (len(cells.values), cells.markers)
    if not cells.values:
        assert found.verdicts is None
        return
    verdicts = {name: verdict for name, verdict in (found.verdicts or {}).items() if not name.startswith("date")}
    assert {name: verdict.failures for name, verdict in verdicts.items()} == cells.verdicts()
    for name, verdict in verdicts.items():
        if verdict.failures:
            text, line = cells.failed[name][0]
            assert verdict.first == (text, f"a.csv:{line}")
            first = [*dict.fromkeys(text for text, _ in cells.failed[name])][:3]
            assert verdict.texts == Counter(text for text, _ in cells.failed[name] if text in first)
    digits = found.digits
    assert (digits.numbers, digits.whole, digits.places) == (cells.numbers, cells.whole, cells.places)
    assert digits.others == cells.others
    assert (found.first_day, found.last_day) == (min(cells.days, default=""), max(cells.days, default=""))
    for separator in SEPARATORS:
        items = found.items[separator]
        assert (items.counts, items.divided) == (cells.items[separator], cells.divided[separator])
        assert items.longest == cells.longest[separator]
    assert found.texts == Counter(text.lower() for text in cells.values)
    assert (found.repeats.seen, found.repeats.distinct) == (len(cells.values), len({*cells.values}))
    for name in verdicts:
        if name in cells.times:
            assert found.times[name] == (min(cells.times[name]), max(cells.times[name]))
