"""Topics between measurements."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

EXPERIMENTS = "experiments"
PARTITIONS = 4


def delete_all(bootstrap_servers: str) -> None:
    """Delete every topic that is not Kafka's own."""
    asyncio.run(_delete(bootstrap_servers, lambda name: not name.startswith("__")))


def delete_changelogs(bootstrap_servers: str) -> None:
    """Delete the changelogs of tables, whosever they are."""
    asyncio.run(_delete(bootstrap_servers, lambda name: "changelog" in name))


def create(bootstrap_servers: str, name: str = EXPERIMENTS, partitions: int = PARTITIONS) -> None:
    """Create a topic."""
    asyncio.run(_create(bootstrap_servers, NewTopic(name, partitions, replication_factor=1)))


def end_offsets(bootstrap_servers: str, name: str = EXPERIMENTS) -> dict[int, int]:
    """The offset after the last record of each partition of a topic."""
    return asyncio.run(_end_offsets(bootstrap_servers, name))


async def _delete(bootstrap_servers: str, chosen: Callable[[str], bool]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        while topics := [name for name in await admin.list_topics() if chosen(name)]:
            await admin.delete_topics(topics)
            await asyncio.sleep(0.1)
    finally:
        await admin.close()


async def _create(bootstrap_servers: str, topic: NewTopic) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics([topic])
    finally:
        await admin.close()


async def _end_offsets(bootstrap_servers: str, name: str) -> dict[int, int]:
    # Told the topic at once: its partitions are then known when the consumer has started.
    consumer = AIOKafkaConsumer(name, bootstrap_servers=bootstrap_servers)
    await consumer.start()
    try:
        partitions = consumer.partitions_for_topic(name) or set()
        ends = await consumer.end_offsets([TopicPartition(name, number) for number in partitions])
        return {at.partition: offset for at, offset in ends.items()}
    finally:
        await consumer.stop()
