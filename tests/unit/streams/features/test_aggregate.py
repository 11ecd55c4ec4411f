from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.features.aggregate import Aggregate

EXPERIMENTS = st.tuples(st.integers(0, 10**15), st.lists(st.integers(1, 12), max_size=5))


def plainly(experiments: list[tuple[int, list[int]]]) -> Aggregate:
    """The aggregate by definition, computed anew."""
    listed = Counter(compound for _, compounds in experiments for compound in compounds)
    return Aggregate(
        experiments=len(experiments),
        thousandths=sum(thousandths for thousandths, _ in experiments),
        compounds=dict(listed),
    )


@given(st.lists(st.tuples(EXPERIMENTS, st.booleans())), st.randoms(use_true_random=False))
def test_adding_and_retracting_in_any_order_equals_recomputation(
    history: list[tuple[tuple[int, list[int]], bool]], random: Random
) -> None:
    aggregate = Aggregate()
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
    aggregate = Aggregate()
    aggregate.merge(first)
    aggregate.merge(change)
    assert aggregate == plainly(after)


def test_of_tied_compounds_the_lowest_number_is_top_and_not_the_first_by_text() -> None:
    delta = Aggregate()
    delta.add(0, [10, 9])
    aggregate = Aggregate()
    aggregate.merge(delta)
    assert aggregate.top_compound_id == 9
    assert aggregate.tied == [9, 10]


def test_repeats_in_a_list_count_each() -> None:
    delta = Aggregate()
    delta.add(0, [2, 2, 3])
    aggregate = Aggregate()
    aggregate.merge(delta)
    assert (aggregate.listed, aggregate.top_compound_id, aggregate.top_count) == (3, 2, 2)


def test_no_listed_compound_means_no_top() -> None:
    delta = Aggregate()
    delta.add(5, [])
    aggregate = Aggregate()
    aggregate.merge(delta)
    assert (aggregate.top_compound_id, aggregate.top_count, aggregate.tied) == (None, 0, [])


def test_adding_and_retracting_the_same_is_zero() -> None:
    delta = Aggregate()
    delta.add(7, [1, 1, 2])
    delta.retract(7, [1, 2, 1])
    assert delta.is_zero
