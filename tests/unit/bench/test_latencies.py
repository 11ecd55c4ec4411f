from __future__ import annotations

import pytest

from bench.errors import MeasurementError
from bench.live.latencies import Advance, percentiles_ms
from bench.live.offered import Offered
from bench.topics import PARTITIONS

OFFERED = Offered(rate=100, rows=1000, first_id=1, users=50)
START = 50.0
FIRST = dict.fromkeys(range(PARTITIONS), 30)


def _seen_at(delays: dict[int, float]) -> list[Advance]:
    """Each row seen alone, so many seconds after it was due."""
    reached, advances = dict(FIRST), []
    for number in range(OFFERED.rows):
        partition = OFFERED.partition(number)
        seen = START + OFFERED.delay(number) + delays.get(number, 0.010)
        advances.append(Advance(seen, partition, reached[partition], reached[partition] + 1))
        reached[partition] += 1
    return advances


def test_latency_runs_from_when_a_row_was_due() -> None:
    found = percentiles_ms(OFFERED, START, FIRST, _seen_at({500: 2.0}))
    assert found == pytest.approx({"p50": 10, "p90": 10, "p99": 10, "p99.9": 10, "max": 2000}, rel=1e-3)


def test_rows_that_wait_behind_a_stall_count_with_their_waiting() -> None:
    # From the 500th row on nothing is visible for a second; then all rows due in it are, at once.
    stalled = {number: 1.010 - OFFERED.delay(number - 500) for number in range(500, 600)}
    found = percentiles_ms(OFFERED, START, FIRST, _seen_at(stalled))
    assert found["p99"] == pytest.approx(910, rel=0.02)
    assert found["max"] == pytest.approx(1010, rel=1e-3)


def test_one_advance_may_hold_many_rows() -> None:
    counts = [sum(OFFERED.partition(number) == at for number in range(OFFERED.rows)) for at in range(PARTITIONS)]
    end = START + OFFERED.delay(OFFERED.rows - 1)
    advances = [Advance(end, at, 30, 30 + count) for at, count in enumerate(counts)]
    found = percentiles_ms(OFFERED, START, FIRST, advances)
    assert found["max"] == pytest.approx(9990, rel=1e-3)
    assert found["p50"] == pytest.approx(5000, rel=0.01)


def test_a_row_visible_before_it_was_due_is_an_error() -> None:
    with pytest.raises(MeasurementError, match="somebody else writes to the topic"):
        percentiles_ms(OFFERED, START, FIRST, _seen_at({500: -0.5}))
