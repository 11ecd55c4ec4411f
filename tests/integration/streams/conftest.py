from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from models.settings import Settings
from streams import database, schema
from tests.integration.streams.store import Database


@pytest.fixture
async def migrated(empty_database: Settings) -> AsyncIterator[Database]:
    """A database with its tables, and four partitions of experiments at their start."""
    await schema.migrate(empty_database)
    pool = await database.open_pool(empty_database, 4)
    found = Database(pool, empty_database)
    await found.start_partitions(4)
    yield found
    await pool.close()
