"""Experiments published straight to Kafka, and whether they have arrived in Postgres."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import asyncpg
from aiokafka import AIOKafkaProducer

from tests.conditions import until
from tests.processes import Stack

PARTITIONS = 4


def _record(experiment_id: int) -> bytes:
    return (
        b'{"experiment_id":%d,"user_id":%d,"experiment_compound_ids":[1,2],"experiment_run_time":2.5}'
        % (experiment_id, experiment_id % 1000 + 1)
    )  # fmt: skip


def partition_of(experiment_id: int) -> int:
    """One partition a user, as with Kafka's own partitioner."""
    return (experiment_id % 1000 + 1) % PARTITIONS


async def publish(stack: Stack, experiment_ids: Iterable[int]) -> None:
    """Publish one experiment for each id, in batches."""
    producer = AIOKafkaProducer(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"], linger_ms=5)
    await producer.start()
    try:
        for experiment_id in experiment_ids:
            await producer.send("experiments", _record(experiment_id), partition=partition_of(experiment_id))
    finally:
        await producer.stop()


async def are_stored(stack: Stack, experiment_ids: Iterable[int]) -> bool:
    """Whether all of them are in Postgres; False while it does not answer."""
    wanted = list(experiment_ids)
    try:
        rows = await stack.fetch("SELECT 1 FROM experiments WHERE experiment_id = ANY($1::bigint[])", wanted)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    return len(rows) == len(wanted)


async def until_stored(stack: Stack, experiment_ids: Iterable[int], limit: float = 60.0) -> None:
    """Wait until all of them are in Postgres."""
    wanted = list(experiment_ids)
    await until(lambda: are_stored(stack, wanted), f"{len(wanted)} experiments are stored", limit)


async def publish_in_transaction(brokers: str, topic: str, value: bytes) -> None:
    """Publish one record in a transaction of Kafka, committed."""
    producer = AIOKafkaProducer(bootstrap_servers=brokers, transactional_id=f"one-{uuid.uuid4()}")
    await producer.start()
    try:
        async with producer.transaction():
            await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()
