"""What a test's own files left in the topics, which all tests share."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.structs import TopicPartition


@asynccontextmanager
async def _consumer(
    environment: Mapping[str, str], topic: str
) -> AsyncIterator[tuple[AIOKafkaConsumer, dict[TopicPartition, int]]]:
    """A consumer at the topic's beginning, and the offset at which each partition ends."""
    consumer = AIOKafkaConsumer(bootstrap_servers=environment["KAFKA_BOOTSTRAP_SERVERS"], enable_auto_commit=False)
    await consumer.start()
    try:
        await consumer._client._wait_on_metadata(topic)  # noqa: SLF001  # no public call waits for a topic's metadata
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        yield consumer, await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()


async def end_of(environment: Mapping[str, str], topic: str) -> int:
    """How many records a topic holds, of all tests."""
    async with _consumer(environment, topic) as (_, ends):
        return sum(ends.values())


async def partition_count(environment: Mapping[str, str], topic: str) -> int:
    """How many partitions a topic has."""
    async with _consumer(environment, topic) as (_, ends):
        return len(ends)


async def records_of(environment: Mapping[str, str], topic: str, file_prefix: str) -> list[ConsumerRecord]:
    """The records of a topic whose file begins so, by partition and offset."""
    found: list[ConsumerRecord] = []
    async with _consumer(environment, topic) as (consumer, ends):
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                found += (await consumer.getmany(partition, timeout_ms=1000)).get(partition, [])
    return [record for record in found if dict(record.headers).get("file", b"").decode().startswith(file_prefix)]
