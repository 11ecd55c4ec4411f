"""Sessions of a test's own, beside those of its pool."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg

from models.sql.names import tables_of
from streams.postgres.composite_types import take_rows_of
from streams.postgres.pool import Connections
from tests.integration.streams.store import LAB, Database, WorkerStandIn, no_fault

BLOCKED = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'worker'
"""


@asynccontextmanager
async def worker_of_its_own(database: Database, **settings: str) -> AsyncIterator[WorkerStandIn]:
    """A worker whose sessions have these settings."""
    pool = await asyncpg.create_pool(
        database.settings.database_url,
        min_size=1,
        max_size=1,
        init=partial(take_rows_of, tables=tables_of(LAB)),
        server_settings={"jit": "off", "application_name": "worker"} | settings,
    )
    try:
        yield WorkerStandIn(Connections(pool, no_fault))
    finally:
        await pool.close()


@asynccontextmanager
async def locked_experiment(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Experiment 2 of user 7, locked by another session."""
    connection = await asyncpg.connect(database.settings.database_url, server_settings={"deadlock_timeout": "60s"})
    try:
        async with connection.transaction():
            await connection.execute("SELECT 1 FROM experiments WHERE experiment_id = 2 FOR UPDATE")
            yield connection
    finally:
        await connection.close()


async def worker_is_blocked(database: Database) -> bool:
    return bool(await database.pool.fetchval(BLOCKED))
