"""The input topics of a history."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.conditions import until

CONFIG = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "message.timestamp.type": "CreateTime",
    # Times that no client can have meant are for the worker to refuse.
    "message.timestamp.after.max.ms": str(2**63 - 1),
}


@asynccontextmanager
async def kafka_admin(bootstrap_servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client to create and delete topics with."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def make_topics(admin: AIOKafkaAdminClient, topics: Sequence[str], partitions: int) -> None:
    """Make them, empty; those of an earlier history are deleted."""

    async def own_topics() -> list[str]:
        return [name for name in await admin.list_topics() if not name.startswith("__")]

    async def no_topics() -> bool:
        return not await own_topics()

    if earlier := await own_topics():
        await admin.delete_topics(earlier)
        await until(no_topics, "all topics are deleted")
    await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=CONFIG) for name in topics])
