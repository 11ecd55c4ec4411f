"""The guard's runs on real servers, small: are both trees measured, each by its own programs?"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench.guard import verdict
from bench.guard.__main__ import Pair, measure
from bench.guard.trees import checked_out
from bench.guard.turn import Turn
from bench.process import HERE, Tree
from bench.size import Size
from bench.testbed import Testbed as Bed
from tests.processes import Stack

FIGURES = {
    "producer rows/s",
    "producer processor",
    "producer memory",
    "worker rows/s",
    "worker processor",
    "worker memory",
    "p50 latency",
    "p99 latency",
}


async def test_a_commit_and_the_working_tree_are_measured_in_turn(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdict, "LEAST_PAIRS", 1)
    (ours, theirs), *further = await asyncio.to_thread(_pairs, stack, tmp_path)
    assert not further
    assert ours.keys() == theirs.keys() == FIGURES
    assert all(value > 0 for value in (*ours.values(), *theirs.values()))
    assert not (tmp_path / "tree").exists()


def _pairs(stack: Stack, folder: Path) -> list[Pair]:
    with checked_out("HEAD", folder / "tree") as other:
        assert Path(other.interpreter).is_relative_to(folder)
        here, there = (_side(stack, folder / name, tree) for name, tree in (("here", HERE), ("other", other)))
        return measure(here, there, 0, Turn(0.2, 0.3))


def _side(stack: Stack, folder: Path, tree: Tree) -> Bed:
    folder.mkdir()
    return Bed(stack.environment, folder, Size(rows=1000, users=100, runs=1), tree)
