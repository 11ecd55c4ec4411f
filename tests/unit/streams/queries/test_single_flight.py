from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from streams.queries.single_flight import SingleFlight
from tests.conditions import until


class Source:
    """Counts how often it is read; answers when it is let."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.let = asyncio.Event()

    async def read(self, key: str) -> str:
        self.reads.append(key)
        await self.let.wait()
        if key == "bad":
            raise ValueError("bad")
        return f"{key} {len(self.reads)}"


async def test_those_who_ask_for_the_same_share_one_reading() -> None:
    source = Source()
    shared = SingleFlight(source.read, 60)
    source.let.set()
    assert await asyncio.gather(*(shared.get("a") for _ in range(5))) == ["a 1"] * 5
    assert await shared.get("a") == "a 1"
    assert await shared.get("b") == "b 2"


async def test_after_a_while_it_is_read_again() -> None:
    source = Source()
    shared = SingleFlight(source.read, 0.01)
    source.let.set()
    first = await shared.get("a")

    async def is_new() -> bool:
        return await shared.get("a") != first

    await until(is_new, "it is read again")


async def test_a_failure_is_told_to_all_and_does_not_last() -> None:
    source = Source()
    shared = SingleFlight(source.read, 0.01)
    source.let.set()
    found = await asyncio.gather(*(shared.get("bad") for _ in range(3)), return_exceptions=True)
    assert [str(error) for error in found] == ["bad"] * 3
    assert source.reads == ["bad"]

    async def is_asked_again() -> bool:
        with pytest.raises(ValueError, match="bad"):
            await shared.get("bad")
        return len(source.reads) > 1

    await until(is_asked_again, "it is read again")


async def test_who_goes_away_takes_the_answer_from_nobody() -> None:
    source = Source()
    shared = SingleFlight(source.read, 60)
    first, second = (asyncio.create_task(shared.get("a")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    source.let.set()
    assert await second == "a 1"
