from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest

from embedded.cluster import Cluster
from models.settings import Settings


@pytest.fixture
async def empty_database(cluster: Cluster) -> AsyncIterator[Settings]:
    """A database without any table."""
    server = cluster.environment["DATABASE_URL"]
    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    yield Settings(database_url=f"{server.rsplit('/', 1)[0]}/{name}")
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()
