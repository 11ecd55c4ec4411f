"""Repeats are counted exactly for few values, and for many of those that are followed."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.proposal.evidence import repeats
from producers.proposal.evidence.hashes import hashes_of, together
from producers.proposal.evidence.repeats import Hashes, Repeats


def hashed(values: list[int]) -> Hashes:
    return hashes_of(pa.array(map(str, values), pa.string()))


def repeats_of(values: list[int], at_once: int = 100_000) -> Repeats:
    found = Repeats()
    for begin in range(0, len(values), at_once):
        found.add(hashed(values[begin : begin + at_once]))
    return found


@given(st.lists(st.integers(0, 50)))
def test_few_values_are_counted_exactly(values: list[int]) -> None:
    found = repeats_of(values)
    assert (found.is_exact, found.seen, found.followed, found.distinct) == (
        True,
        len(values),
        len(set(values)),
        len(set(values)),
    )


@given(st.lists(st.integers(0, 400), min_size=200, max_size=600))
def test_of_a_value_that_is_followed_each_occurrence_is_seen(values: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "MOST_FOLLOWED", 16)
        found = repeats_of(values, at_once=50)
    counts = Counter(hashed(values).tolist())
    mask = int(found._mask)  # noqa: SLF001  # what decides which are followed
    followed = {value: count for value, count in counts.items() if not value & mask}
    assert len(followed) <= 16
    assert (found.followed, found.seen) == (len(followed), sum(followed.values()))


def test_the_number_of_many_values_is_nearly_known() -> None:
    found = repeats_of([*range(300_000)])
    assert not found.is_exact
    assert found.followed == found.seen <= repeats.MOST_FOLLOWED
    assert 0.97 < found.distinct / 300_000 < 1.03


def test_values_of_both_are_found_though_not_all_are_followed() -> None:
    one, other = repeats_of([*range(100_000)]), repeats_of([*range(50_000, 400_000)])
    assert 0.47 < one.share_in(other) < 0.53
    assert repeats_of([1, 2]).share_in(repeats_of([2, 3])) == 0.5
    assert Repeats().share_in(one) == 0


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(1, 20))
def test_it_is_known_which_values_were_there_before(values: list[int], at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "MOST_FOLLOWED", 16)
        found, before, expected = Repeats(), set[int](), []
        for value in values:
            expected.append(value in before and len(before) <= 16)
            before.add(value)
        seen = [found.were_there(hashed(values[at : at + at_once])) for at in range(0, len(values), at_once)]
    assert [bool(was) for part in seen for was in part] == expected


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), unique=True))
def test_different_texts_have_different_hashes_whatever_stands_before_them(texts: list[str]) -> None:
    found = hashes_of(pa.array(["before", *texts], pa.string()).slice(1))
    assert len({*found.tolist()}) == len(texts)
    assert found.tolist() == hashes_of(pa.array(texts, pa.string())).tolist()


def test_texts_side_by_side_are_not_those_of_another_row() -> None:
    one, other = (hashes_of(pa.array(texts)) for texts in (["a", "ab", "b"], ["bc", "c", "a"]))
    assert len({*together([one, other]).tolist()}) == 3
    assert together([one, other])[0] != together([other, one])[2]
