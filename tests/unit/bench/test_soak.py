from __future__ import annotations

import pytest

from bench.errors import MeasurementError
from bench.soak import half_of_most, slope_mb_per_hour
from tests.unit.bench.entries import entry


def test_the_slope_is_of_the_time_after_settling() -> None:
    settling = [(float(second), float(second)) for second in range(20)]
    settled = [(float(second), 100 + second / 3600 * 7) for second in range(20, 100)]
    assert slope_mb_per_hour([*settling, *settled]) == pytest.approx(7)


def test_steady_memory_has_no_slope() -> None:
    assert slope_mb_per_hour([(float(second), 200.0) for second in range(100)]) == 0


def test_half_of_the_greatest_rate_that_was_kept_up_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOAK_RATE", raising=False)
    latencies = {
        "1000": entry(1000, rate=1000.0, kept_up=True),
        "20000": entry(20000, rate=20000.0, kept_up=True),
        "40000": entry(40000, rate=40000.0, kept_up=False),
    }
    assert half_of_most(latencies) == 10_000


def test_a_rate_that_is_given_counts_before_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOAK_RATE", "500")
    assert half_of_most({}) == 500


def test_without_any_rate_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOAK_RATE", raising=False)
    with pytest.raises(MeasurementError, match="make bench-latency"):
        half_of_most({})
