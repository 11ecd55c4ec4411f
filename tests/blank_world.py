"""A world without a row, on the servers of the tests."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from embedded.cluster import Cluster
from tests.conditions import until
from tests.databases import migrated_database
from tests.processes import Stack


@asynccontextmanager
async def blank_world(cluster: Cluster, folder: Path) -> AsyncIterator[Stack]:
    """A database of its own with all tables empty, no topics, no store."""
    await _delete_topics(cluster.environment["KAFKA_BOOTSTRAP_SERVERS"])
    async with migrated_database(cluster.environment["DATABASE_URL"]) as database:
        own = {"DATABASE_URL": database, "STORE_DIR": str(folder / "store")}
        started = Stack({**os.environ, **cluster.environment, **own}, folder)
        try:
            yield started
        finally:
            started.end()


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
