"""Real servers for the tests: started once, made blank for each test that asks for it."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from hypothesis import settings

from embedded.cluster import Cluster, running
from tests.conditions import until
from tests.processes import Stack

# The same examples each time, and few enough for each run of the suite; HYPOTHESIS_PROFILE=long looks for more.
settings.register_profile("suite", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=3000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running() as started:
        yield started


@pytest.fixture
async def stack(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Stack]:
    async with blank_world(cluster, tmp_path) as started:
        yield started


@asynccontextmanager
async def blank_world(cluster: Cluster, folder: Path) -> AsyncIterator[Stack]:
    """A database of its own, no topics, no store: as on the first day."""
    await _delete_topics(cluster.environment["KAFKA_BOOTSTRAP_SERVERS"])
    name = f"test_{uuid.uuid4().hex}"
    server = cluster.environment["DATABASE_URL"]
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    own = {
        "DATABASE_URL": f"{server.rsplit('/', 1)[0]}/{name}",
        "STORE_DIR": str(folder / "store"),
    }
    started = Stack({**os.environ, **cluster.environment, **own}, folder)
    try:
        yield started
    finally:
        started.end()
        # A connection of its own: the test may have killed the server in between.
        connection = await asyncpg.connect(server)
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


async def _delete_topics(bootstrap_servers: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()

    async def own_topics() -> list[str]:
        return [name for name in await admin.list_topics() if not name.startswith("__")]

    async def no_topics() -> bool:
        return not await own_topics()

    try:
        topics = await own_topics()
        if topics:
            await admin.delete_topics(topics)
            await until(no_topics, "all topics are deleted")
    finally:
        await admin.close()
