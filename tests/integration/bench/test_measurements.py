"""Measurements on real servers, small: does each do what it says, and is a wrong answer noticed?"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bench.errors import UnavailableError, WrongAnswerError
from bench.live.stage import Seen, stage
from bench.measurements import MEASUREMENTS
from bench.ours.worker import drain
from bench.peers.run import drain_topic, module
from bench.size import Size
from bench.testbed import Testbed as Bed
from tests.processes import Stack

ROWS = 1000
MANY_ROWS = 200_000
"""More than one worker stores before another is ready: what it stored until then is not counted."""


@pytest.fixture
def testbed(stack: Stack, tmp_path: Path) -> Bed:
    return Bed(stack.environment, tmp_path, Size(rows=ROWS, users=100, runs=1))


@pytest.mark.parametrize("name", ["two-workers", "again", "end-to-end", "hash-partitions", "plain"])
async def test_a_measurement_does_all_rows_and_its_answer_is_right(testbed: Bed, name: str) -> None:
    rows = MANY_ROWS if name == "two-workers" else ROWS
    testbed.size = replace(testbed.size, rows=rows)
    figure = await asyncio.to_thread(MEASUREMENTS[name].measure, testbed)
    assert 0 < figure.rows <= rows
    assert figure.seconds > 0
    assert figure.peak_mb > 20


async def test_a_wrong_answer_of_ours_ends_the_measurement(testbed: Bed) -> None:
    _spoil(testbed)
    with pytest.raises(WrongAnswerError, match="our worker: 1 users of 100"):
        await asyncio.to_thread(drain, testbed)


async def test_a_wrong_answer_of_a_peer_ends_the_measurement(testbed: Bed) -> None:
    _spoil(testbed)
    with pytest.raises(WrongAnswerError, match="a peer: 1 users of 100"):
        await asyncio.to_thread(drain_topic, testbed, "a peer", ROWS, module("plain_consumer", ROWS))


async def test_a_peer_whose_packages_are_missing_is_not_available(testbed: Bed) -> None:
    with pytest.raises(UnavailableError, match="No module named 'quixstreams'"):
        await asyncio.to_thread(drain_topic, testbed, "a peer", ROWS, module("quix", ROWS))


async def test_rows_offered_at_a_rate_all_become_visible_and_are_right(testbed: Bed) -> None:
    seen = await asyncio.to_thread(_offer, testbed)
    assert seen.figure.rows == 400
    assert 0 < seen.figure.percentiles_ms["p50"] <= seen.figure.percentiles_ms["max"]
    assert seen.sender_late_ms >= 0


def _offer(testbed: Bed) -> Seen:
    with stage(testbed) as ready:
        ready.offer(rate=100, seconds=1)
        found = ready.offer(rate=200, seconds=2)
        ready.check()
        return found


def _spoil(testbed: Bed) -> None:
    expected = testbed.expected(ROWS)
    expected[1] = expected[1]._replace(run_time=expected[1].run_time + 1)
