from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from streams.transactions.retries import RetriedTransactions
from tests.conditions import until


class NoConnections:
    """Postgres is away."""

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[Any]:
        raise ConnectionRefusedError("refused")
        yield

    async def expire(self) -> None:
        """There are none."""


async def test_an_outage_is_over_when_no_batch_waits_any_more() -> None:
    persistence = RetriedTransactions(cast("Any", NoConnections()))
    waiting = asyncio.create_task(persistence.apply(cast("Any", None), cast("Any", ["a batch"])))

    async def is_away() -> bool:
        return persistence.outage == "ConnectionRefusedError: refused"

    await until(is_away, "the outage is known")
    waiting.cancel()
    await asyncio.wait([waiting])
    assert persistence.outage is None
