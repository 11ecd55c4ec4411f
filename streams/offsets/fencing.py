"""Fences workers that lost their partitions: ends transactions that still lock a partition's row.

A process that was stopped inside a transaction keeps its locks. Postgres lets go of a session that is idle in a
transaction, but not of one that waits in the middle of a statement's messages. The new owner of a partition need not
wait for either: the old owner's batch would be read again in any case.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from streams.offsets import statements as offset_statements

if TYPE_CHECKING:
    from streams.postgres.connection import Connection
    from streams.postgres.pool import Connections

EVICT_AFTER = 4.0
"""Seconds to wait for another worker's batch, which is at work for less unless that worker is stopped."""

NEXT_AFTER = 0.5
"""Seconds to wait for what else a worker holds that was found to be stopped."""

log = logging.getLogger(__name__)


@asynccontextmanager
async def fencing(connections: Connections, waiting: Connection) -> AsyncIterator[None]:
    """While the block waits for locks, end the sessions that hold them."""
    task = asyncio.create_task(_evict(connections, waiting.get_server_pid()))
    try:
        yield
    finally:
        task.cancel()


async def _evict(connections: Connections, waiting_pid: int) -> None:
    pause = EVICT_AFTER
    while True:
        await asyncio.sleep(pause)
        async with connections.borrowed() as connection:
            for row in await connection.fetch(offset_statements.END_BLOCKERS, waiting_pid):
                log.warning("Ended a session of a stopped worker (pid %d) that held rows of our partitions", row["pid"])
                pause = NEXT_AFTER
