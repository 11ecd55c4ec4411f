from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.guard.verdict import STUDENT, lines, ratios


def pairs(name: str, *found: tuple[float, float]) -> list[tuple[dict[str, float], dict[str, float]]]:
    return [({name: ours}, {name: theirs}) for ours, theirs in found]


def test_more_rows_a_second_are_better() -> None:
    (ratio,) = ratios(pairs("worker rows/s", (200, 100), (200, 100), (200, 100)))
    assert (ratio.middle, ratio.low, ratio.high) == pytest.approx((2, 2, 2))


@pytest.mark.parametrize("name", ["worker processor", "p99 latency", "worker memory"])
def test_less_time_and_memory_are_better(name: str) -> None:
    (ratio,) = ratios(pairs(name, (50, 100), (50, 100)))
    assert ratio.middle == pytest.approx(2)


def test_twice_as_fast_and_half_as_fast_cancel_out() -> None:
    (ratio,) = ratios(pairs("worker rows/s", (200, 100), (100, 200)))
    assert ratio.middle == pytest.approx(1)


def test_the_interval_is_students_on_the_logarithms() -> None:
    (ratio,) = ratios(pairs("worker rows/s", (math.e, 1), (math.e**2, 1), (math.e**3, 1)))
    half = 4.303 / math.sqrt(3)
    assert math.log(ratio.low) == pytest.approx(2 - half)
    assert math.log(ratio.high) == pytest.approx(2 + half)


def test_a_steady_loss_of_a_fifth_is_surely_worse() -> None:
    (ratio,) = ratios(pairs("worker rows/s", (80, 100), (79, 100), (81, 100)))
    assert ratio.surely_worse
    assert "surely worse than 0.9" in lines([ratio])[1]


def test_the_same_loss_with_a_wide_spread_is_not_sure() -> None:
    (ratio,) = ratios(pairs("worker rows/s", (50, 100), (80, 100), (120, 100)))
    assert not ratio.surely_worse
    assert "surely" not in lines([ratio])[1]


def test_a_loss_within_the_floor_is_not_worse_however_steady() -> None:
    (ratio,) = ratios(pairs("worker rows/s", *[(95, 100)] * 20))
    assert not ratio.surely_worse


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_pairs_say_nothing_sure(count: int) -> None:
    (ratio,) = ratios(pairs("worker rows/s", *[(10, 100)] * count))
    assert not ratio.surely_worse


def test_a_figure_that_only_one_side_has_is_left_out() -> None:
    assert ratios([({"new": 1.0, "p50 latency": 1.0}, {"p50 latency": 1.0})])[0].name == "p50 latency"


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)), min_size=2, max_size=30))
def test_the_mean_lies_in_its_interval(found: list[tuple[float, float]]) -> None:
    (ratio,) = ratios(pairs("worker rows/s", *found))
    assert ratio.low <= ratio.middle * (1 + 1e-9)
    assert ratio.middle <= ratio.high * (1 + 1e-9)


def test_students_t_falls_with_the_degrees_of_freedom_towards_the_normal_one() -> None:
    assert list(STUDENT) == sorted(STUDENT, reverse=True)
    assert STUDENT[-1] > 1.96
