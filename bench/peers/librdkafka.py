"""Measures librdkafka's producer, and reads back what it wrote."""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench import topics
from bench.errors import WrongAnswerError
from bench.figure import Figure
from bench.peers.run import seconds_said, wait_for_end
from bench.process import Measured, python
from bench.testbed import Testbed


def publish(testbed: Testbed) -> Figure:
    """From the file's opening to the last acknowledgement; the topic is there."""
    rows = testbed.size.rows
    file = testbed.file(rows)
    testbed.published = None
    topics.delete_all(testbed.kafka)
    topics.create(testbed.kafka)
    command = python("bench.peers.librdkafka_producer", str(file))
    with Measured(command, testbed.environment, testbed.folder / "librdkafka.log") as producer:
        wait_for_end(producer)
    with file.open("rb") as lines:
        next(lines)
        _check(asyncio.run(_values(testbed.kafka, rows)), {line.rstrip() for line in lines})
    return Figure(rows, seconds_said(producer), producer.peak_mb)


def _check(found: list[bytes], expected: set[bytes]) -> None:
    if len(found) != len(expected) or set(found) != expected:
        raise WrongAnswerError("librdkafka: the topic does not hold each line of the file once")


async def _values(kafka: str, rows: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topics.EXPERIMENTS, number) for number in range(topics.PARTITIONS)])
        await consumer.seek_to_beginning()
        values: list[bytes] = []
        while len(values) < rows:
            read = await consumer.getmany(timeout_ms=5000, max_records=50_000)
            if not read:
                break
            values += [record.value for records in read.values() for record in records]
        return values
    finally:
        await consumer.stop()
