from __future__ import annotations

import os

import pytest

from bench import cores
from bench.errors import MeasurementError
from bench.steps import KAFKA, POSTGRES


def test_postgres_and_all_else_get_a_core_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {7, 3, 5})
    assert cores.both() == {POSTGRES: 3, KAFKA: 5}


def test_one_core_is_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3})
    with pytest.raises(MeasurementError, match="two cores"):
        cores.both()


def test_this_process_and_its_children_are_bound_for_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "own_processes", tuple)
    before = os.sched_getaffinity(0)
    core = min(before)
    with cores.bound({POSTGRES: core, KAFKA: core}):
        assert os.sched_getaffinity(0) == {core}
    assert os.sched_getaffinity(0) == before
