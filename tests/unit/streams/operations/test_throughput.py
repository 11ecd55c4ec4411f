from __future__ import annotations

from collections.abc import Sequence

from streams.operations.throughput import RECENT, STEPS, Throughput


def looked(counts: Sequence[float], step: float = 2.0) -> Throughput:
    """Looks at a counter that says this, one step after the other."""
    left = iter(counts)
    throughput = Throughput(lambda: next(left))
    for number in range(len(counts)):
        throughput.look(number * step)
    return throughput


def test_nothing_is_known_at_first() -> None:
    for throughput in (looked([]), looked([5])):
        assert (throughput.rates(), throughput.now()) == ([], 0.0)


def test_each_step_has_its_rate() -> None:
    assert looked([0, 100, 100, 400]).rates() == [50.0, 0.0, 150.0]


def test_a_step_that_took_longer_is_divided_by_its_time() -> None:
    throughput = Throughput(iter([0.0, 100.0]).__next__)
    throughput.look(0)
    throughput.look(10)
    assert throughput.rates() == [10.0]


def test_the_rate_now_is_the_mean_of_the_last_steps() -> None:
    assert looked([0, 0, 0, 1000]).now() == 1000 / 6
    assert looked([0, *[1000] * (RECENT + 1)]).now() == 0.0


def test_only_the_last_minutes_are_kept() -> None:
    assert looked([10 * number for number in range(2 * STEPS)]).rates() == [5.0] * STEPS
