"""A world as on the first day, on the servers of the tests."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient

from embedded.cluster import Cluster
from tests.conditions import until
from tests.processes import Stack


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
