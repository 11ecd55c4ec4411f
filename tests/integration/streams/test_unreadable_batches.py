"""Batches that Kafka takes and no honest client writes: kilobytes that unpack to hundreds of megabytes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psutil
import pytest
from aiokafka import TopicPartition, codec
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest

from tests.conditions import until
from tests.integration.operations.files import until_stored
from tests.integration.operations.test_daily import record
from tests.processes import Stack
from tests.unit.streams.hand_made import compressed_batch, record_of
from tests.unit.streams.kafka.fetches import OtherRecord, other_batch

MEGABYTE = 1024**2
UNPACKED = 600 * MEGABYTE
MOST_MORE = 250
"""Megabytes that a worker may grow by; one bomb unpacked takes 600 and more."""
BOMBS: list[tuple[int, Callable[[bytes], bytes]]] = [(1, codec.gzip_encode), (4, codec.zstd_encode)]
"""Those of snappy and lz4 are larger than what Kafka takes, unless it is set to: their formats need more than 1/255."""


async def produce(stack: Stack, partition: int, batch: bytes) -> None:
    """Send bytes as they are."""
    client = AIOKafkaClient(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    await client.bootstrap()
    try:
        await client.set_topics(["experiments"])
        leader = client.cluster.leader_for_partition(TopicPartition("experiments", partition))
        request = ProduceRequest(
            transactional_id=None, required_acks=-1, timeout=20_000, topics=[("experiments", [(partition, batch)])]
        )
        response = await client.send(leader, request)
        [(_, [answer])] = response.topics
        assert answer[1] == 0, answer
    finally:
        await client.close()


@pytest.mark.parametrize(("number", "compress"), BOMBS, ids=["gzip", "zstd"])
async def test_a_bomb_becomes_a_reject_takes_little_memory_and_stops_nothing(
    stack: Stack, number: int, compress: Callable[[bytes], bytes]
) -> None:
    worker = stack.start_worker()
    await worker.ready()
    await produce(stack, 0, other_batch([OtherRecord(0, b"1", record(1, 1.5), [])], 0))
    await until_stored(stack, {1: 1.5})
    process = psutil.Process(worker.pid)
    before = most = process.memory_info().rss
    bomb = await asyncio.to_thread(compress, record_of(bytes(UNPACKED)))
    assert len(bomb) < MEGABYTE
    await produce(stack, 0, compressed_batch(number, bomb, 1))
    await produce(stack, 0, other_batch([OtherRecord(0, b"1", record(2, 1.5), [])], 0))

    async def is_stored() -> bool:
        nonlocal most
        most = max(most, process.memory_info().rss)
        return len(await stack.fetch("SELECT FROM experiments")) == 2

    await until(is_stored, "what comes after the bomb is stored")
    [letter] = await stack.fetch('SELECT code, topic, partition, "offset", reason FROM rejects')
    assert tuple(letter)[:4] == ("unreadable", "experiments", 0, 1)
    assert "more than 67,108,864 bytes unpacked" in letter["reason"]
    assert (most - before) / MEGABYTE < MOST_MORE
    assert worker.is_running
    assert [
        row["next_offset"]
        for row in await stack.fetch(
            "SELECT next_offset FROM stream_offsets WHERE partition = 0 AND topic = 'experiments'"
        )
    ] == [3]
