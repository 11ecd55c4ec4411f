from __future__ import annotations

from pathlib import Path

from bench.figure import Figure
from bench.storage import discard, figure_of, store, stored, with_figures

RUNS = [Figure(100, 2.0, 30.0, {"p50": 1.5}, [(0.5, 20.0)]), Figure(100, 3.0, 20.0)]


def test_a_stored_figure_is_read_back_as_it_was(tmp_path: Path) -> None:
    store("comparison", "worker", with_figures(RUNS[:1], users=5), tmp_path)
    entry = stored("comparison", tmp_path)["worker"]
    found = figure_of(entry)
    assert entry["users"] == 5
    assert found is not None
    assert (found.seconds, found.percentiles_ms, [tuple(at) for at in found.memory]) == (
        2.0,
        {"p50": 1.5},
        [(0.5, 20.0)],
    )


def test_storing_one_entry_leaves_the_others(tmp_path: Path) -> None:
    store("comparison", "worker", with_figures(RUNS), tmp_path)
    store("comparison", "quix", {"unavailable": "no wheel"}, tmp_path)
    store("comparison", "worker", with_figures(RUNS[1:]), tmp_path)
    assert {name: len(entry.get("runs", [])) for name, entry in stored("comparison", tmp_path).items()} == {
        "worker": 1,
        "quix": 0,
    }


def test_a_kind_that_was_never_measured_or_was_discarded_has_no_entries(tmp_path: Path) -> None:
    discard("latency", tmp_path)
    store("latency", "100", with_figures(RUNS), tmp_path)
    discard("latency", tmp_path)
    assert stored("latency", tmp_path) == {}


def test_what_is_not_available_has_no_figure() -> None:
    assert figure_of({"unavailable": "no wheel"}) is None
    assert figure_of(None) is None
