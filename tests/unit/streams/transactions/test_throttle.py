import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from streams.transactions import throttle
from streams.transactions.throttle import Throttle

LONG = throttle.SHORT_SECONDS * 2
Turn = Callable[[], AbstractAsyncContextManager[None]]


async def spans_of_two(turn: Turn) -> tuple[tuple[float, float], tuple[float, float]]:
    """When each of two runs began and ended."""
    spans: list[tuple[float, float]] = []

    async def work() -> None:
        async with turn():
            started = time.monotonic()
            await asyncio.sleep(LONG)
            spans.append((started, time.monotonic()))

    await asyncio.gather(work(), work())
    first, second = sorted(spans)
    return first, second


async def test_beside_others_a_long_run_is_followed_by_a_rest() -> None:
    given = Throttle()
    async with given.first():
        (begin, end), (following, _) = await spans_of_two(given.after_others)
    assert following - end >= (end - begin) * throttle.REST * 0.9


async def test_with_nobody_else_at_work_runs_follow_each_other() -> None:
    (begin, end), (following, _) = await spans_of_two(Throttle().after_others)
    assert 0 <= following - end < (end - begin) * throttle.REST / 2


async def test_others_do_not_wait_for_each_other() -> None:
    (_, end), (following, _) = await spans_of_two(Throttle().first)
    assert following < end


async def fail(turn: Turn) -> None:
    async with turn():
        raise ValueError("it fails")


async def test_a_run_that_fails_leaves_the_next_one_its_turn() -> None:
    given = Throttle()
    for turn in (given.first, given.after_others):
        with pytest.raises(ValueError, match="fails"):
            await fail(turn)
    async with asyncio.timeout(1), given.after_others():
        pass
