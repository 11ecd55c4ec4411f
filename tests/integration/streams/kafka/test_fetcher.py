"""Where the thread that fetches reads, with a real consumer."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition
from faust.types import TP

from embedded.cluster import Cluster
from streams.kafka.fetcher import BatchConsumerThread
from tests.conditions import until
from tests.integration.streams.kafka.topics import create, publish


class Thread(BatchConsumerThread):
    """Without Faust around it."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._real = consumer

    def started_consumer(self) -> AIOKafkaConsumer:
        return self._real

    async def seek_here(self, partitions: Mapping[TP, int]) -> None:
        for tp, offset in partitions.items():
            self._real.seek(TopicPartition(*tp), offset)


@pytest.fixture
async def consumer(cluster: Cluster) -> AsyncIterator[AIOKafkaConsumer]:
    brokers, topic = cluster.environment["KAFKA_BOOTSTRAP_SERVERS"], f"held-{uuid.uuid4()}"
    await create(brokers, topic)
    await publish(brokers, topic)
    found = AIOKafkaConsumer(bootstrap_servers=brokers, auto_offset_reset="earliest")
    await found.start()
    try:
        found.assign([TopicPartition(topic, 0)])
        yield found
    finally:
        await found.stop()


async def test_partitions_that_are_held_are_fetched_from_where_they_are_sought(consumer: AIOKafkaConsumer) -> None:
    thread, [tp] = Thread(consumer), consumer.assignment()
    thread.hold([tp])
    assert consumer.paused() == {tp}
    await thread._seek_inputs({TP(*tp): 17}, epoch=1)  # noqa: SLF001  # what runs in the thread
    assert not consumer.paused()
    found: list[Any] = []

    async def has_arrived() -> bool:
        found.extend((await consumer.getmany(timeout_ms=100)).get(tp, ()))
        return bool(found)

    await until(has_arrived, "something was fetched")
    assert found[0].offset == 17
