from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from embedded.cluster import Cluster
from models.settings.environment import Settings
from models.sql.names import tables_of
from streams.postgres import server
from tests.databases import migrated_database
from tests.integration.streams.store import LAB, Database


@pytest.fixture
async def migrated(cluster: Cluster) -> AsyncIterator[Database]:
    """A database with its tables, and four partitions of experiments at their start."""
    async with migrated_database(cluster.environment["DATABASE_URL"]) as address:
        settings = Settings(database_url=address)
        pool = await server.open_pool(settings, 4, tables_of(LAB))
        found = Database(pool, settings)
        await found.start_partitions(4)
        yield found
        await pool.close()
