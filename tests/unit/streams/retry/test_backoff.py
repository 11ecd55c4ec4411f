from __future__ import annotations

import asyncio
import logging

import pytest

from streams.retry import backoff
from streams.retry.backoff import SharedBackoff


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST_PAUSE", 0.01)


async def test_tasks_that_fail_together_wait_together_and_say_so_once(caplog: pytest.LogCaptureFixture) -> None:
    shared = SharedBackoff(logging.getLogger("test"))
    await asyncio.gather(*(shared.wait("Postgres is away", "refused") for _ in range(5)))
    assert len(caplog.records) == 1
    assert "Postgres is away (refused); trying again in 0.0 s" in caplog.text


async def test_a_cancelled_task_leaves_the_others_waiting() -> None:
    shared = SharedBackoff(logging.getLogger("test"))
    first = asyncio.create_task(shared.wait("Postgres is away", "refused"))
    second = asyncio.create_task(shared.wait("Postgres is away", "refused"))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert first.cancelled()
