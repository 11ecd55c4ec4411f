from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.aggregate import Aggregate, UserAggregate, computed, decoded, encoded

EXPERIMENTS = st.tuples(st.integers(0, 10**15), st.lists(st.integers(1, 12), max_size=5))


def plainly(experiments: list[tuple[int, list[int]]]) -> UserAggregate:
    """The aggregate by definition, computed anew."""
    listed = Counter(compound for _, compounds in experiments for compound in compounds)
    best = max(listed.values(), default=0)
    return UserAggregate(
        experiments=len(experiments),
        thousandths=sum(thousandths for thousandths, _ in experiments),
        compounds=dict(listed),
        listed=listed.total(),
        top_count=best,
        tied=sorted(compound for compound, count in listed.items() if count == best),
    )


@given(st.lists(st.tuples(EXPERIMENTS, st.booleans())), st.randoms(use_true_random=False))
def test_adding_and_retracting_in_any_order_equals_recomputation(
    history: list[tuple[tuple[int, list[int]], bool]], random: Random
) -> None:
    aggregate = UserAggregate()
    leaving: list[tuple[int, list[int]]] = []

    def retract_one() -> None:
        delta = Aggregate()
        delta.retract(*leaving.pop(random.randrange(len(leaving))))
        aggregate.merge(delta)

    for experiment, stays in history:
        delta = Aggregate()
        delta.add(*experiment)
        aggregate.merge(delta)
        if not stays:
            leaving.append(experiment)
        while leaving and random.random() < 0.4:
            retract_one()
    while leaving:
        retract_one()
    assert aggregate == plainly([experiment for experiment, stays in history if stays])


@given(st.lists(EXPERIMENTS), st.lists(EXPERIMENTS))
def test_one_merged_delta_of_many_changes_equals_recomputation(
    before: list[tuple[int, list[int]]], after: list[tuple[int, list[int]]]
) -> None:
    first, change = Aggregate(), Aggregate()
    for experiment in before:
        first.add(*experiment)
        change.retract(*experiment)
    for experiment in after:
        change.add(*experiment)
    aggregate = UserAggregate()
    aggregate.merge(first)
    aggregate.merge(change)
    assert aggregate == plainly(after)


@given(st.lists(EXPERIMENTS, max_size=20))
def test_an_aggregate_from_counts_equals_one_from_merging(experiments: list[tuple[int, list[int]]]) -> None:
    plain = plainly(experiments)
    assert computed(plain.experiments, plain.thousandths, dict(plain.compounds), 0) == plain


def test_of_tied_compounds_the_lowest_number_is_top_and_not_the_first_by_text() -> None:
    delta = Aggregate()
    delta.add(0, [10, 9])
    aggregate = UserAggregate()
    aggregate.merge(delta)
    assert aggregate.top_compound_id == 9
    assert aggregate.tied == [9, 10]


def test_repeats_in_a_list_count_each() -> None:
    delta = Aggregate()
    delta.add(0, [2, 2, 3])
    aggregate = UserAggregate()
    aggregate.merge(delta)
    assert (aggregate.listed, aggregate.top_compound_id, aggregate.top_count) == (3, 2, 2)


def test_no_listed_compound_means_no_top() -> None:
    delta = Aggregate()
    delta.add(5, [])
    aggregate = UserAggregate()
    aggregate.merge(delta)
    assert (aggregate.top_compound_id, aggregate.top_count, aggregate.tied) == (None, 0, [])


def test_adding_and_retracting_the_same_is_zero() -> None:
    delta = Aggregate()
    delta.add(7, [1, 1, 2])
    delta.retract(7, [1, 2, 1])
    assert delta.is_zero


def test_a_sum_that_does_not_fit_in_the_table_is_left_out() -> None:
    assert encoded(computed(1, 2**64, {}, 1)) is None


@pytest.mark.parametrize("value", [b"", b"{}", b'{"experiments":1}', b"\x93\x01\x02\x03"])
def test_a_value_of_another_version_of_the_table_counts_as_unknown(value: bytes) -> None:
    found = decoded(value)
    assert found is None or not found.version
