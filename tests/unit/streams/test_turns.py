import asyncio
import time

import pytest

from streams import turns
from streams.turns import Turns


async def test_batches_take_turns_and_a_long_one_is_followed_by_a_rest() -> None:
    given = Turns()
    spans: list[tuple[float, float]] = []

    async def work() -> None:
        async with given.one():
            started = time.monotonic()
            await asyncio.sleep(turns.SHORT_SECONDS * 1.5)
            spans.append((started, time.monotonic()))

    await asyncio.gather(work(), work())
    (begin, end), (following, _) = sorted(spans)
    assert following - end >= (end - begin) * 0.9


async def fail(given: Turns) -> None:
    async with given.one():
        raise ValueError("it fails")


async def test_a_batch_that_fails_lets_the_next_one_in_at_once() -> None:
    given = Turns()
    with pytest.raises(ValueError, match="fails"):
        await fail(given)
    async with asyncio.timeout(1), given.one():
        pass
