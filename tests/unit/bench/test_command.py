from __future__ import annotations

import pytest

from bench.__main__ import main
from bench.measurements import BENCH, MEASUREMENTS, PEERS, SCALE
from bench.size import size_from_environment
from bench.table import lines
from tests.unit.bench.entries import entry, unavailable


def test_an_unknown_measurement_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["worker", "spark"])
    assert ended.value.code == 2
    assert "unknown: spark" in capsys.readouterr().err


def test_no_measurement_has_the_name_of_a_suite() -> None:
    assert not {BENCH, PEERS, SCALE} & MEASUREMENTS.keys()


def test_the_size_is_set_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROWS", "500")
    monkeypatch.setenv("USERS", "20")
    monkeypatch.setenv("RUNS", "1")
    size = size_from_environment()
    assert (size.rows, size.users, size.runs, size.capped(100), size.capped(1000)) == (500, 20, 1, 100, 500)


def test_the_table_shows_the_workers_speed_over_each_and_reasons_for_gaps() -> None:
    found = lines({"worker": entry(300), "plain": entry(600), "polars": unavailable("No module named 'polars'")})
    assert found[0].endswith("worker = 1.00x")
    assert found[1].endswith("worker = 0.50x")
    assert found[2].endswith("not available: No module named 'polars'")
