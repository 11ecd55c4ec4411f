"""Records whose time no client can have meant, through a worker, and through a rebuild."""

from __future__ import annotations

import time

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from models.topics import INPUT_TOPICS
from tests.conditions import until
from tests.integration.operations.files import until_stored
from tests.integration.operations.test_daily import publish, record
from tests.processes import Stack

PARTITIONS = 4
DAYS_MS = 24 * 60 * 60 * 1000


async def create_topics_that_take_any_time(stack: Stack) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    await admin.start()
    any_time = {"message.timestamp.after.max.ms": str(2**63 - 1)}
    topics = [
        NewTopic(name, PARTITIONS, 1, topic_configs={**topic.config, **any_time})
        for name, topic in INPUT_TOPICS.items()
    ]
    await admin.create_topics(topics)
    await admin.close()


async def test_they_are_rejected_resolved_by_a_correction_and_refused_by_a_rebuild_too(stack: Stack) -> None:
    await create_topics_that_take_any_time(stack)
    worker = stack.start_worker()
    await worker.ready()
    now = int(time.time() * 1000)
    for number, stamp in enumerate((now * 1000, now * 1_000_000, 2**62, now + 2 * DAYS_MS), 1):
        await publish(stack, record(number, 9.0), timestamp_ms=stamp)
    producer = AIOKafkaProducer(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    await producer.start()
    await producer.send_and_wait("users", None, key=b"1", timestamp_ms=now * 1000)
    await producer.stop()

    async def are_rejected() -> bool:
        return len(await stack.fetch("SELECT FROM rejects WHERE code = 'bad_timestamp'")) == 5

    await until(are_rejected, "all of them are rejected")
    for number in range(1, 5):
        await publish(stack, record(number, 1.5))
    wanted = dict.fromkeys(range(1, 5), 1.5)
    await until_stored(stack, wanted)

    async def open_ones() -> set[tuple[str, int]]:
        rows = await stack.fetch("SELECT topic, row_id FROM reject_report WHERE state = 'open'")
        return {tuple(row) for row in rows}

    left = await open_ones()
    assert {topic for topic, _ in left} == {"users"}
    worker.stop()
    rebuilt = await stack.run("cli", "rebuild", "--yes")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert await open_ones() == left
    await until_stored(stack, wanted)
