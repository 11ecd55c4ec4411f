"""What Kafka gives back of what our producer wrote, before aiokafka unpacks it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pyarrow as pa
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import TopicPartition

from embedded.cluster import Cluster
from models.publication import SourceReader
from models.wire.encode import json_values
from producers.files.simple_blocks import BlockRows
from producers.kafka.aiokafka_adapter import send_in_parts
from producers.kafka.load_id import new_load_identity
from producers.kafka.topic_writer import TopicWriter, batch_bytes
from streams.decoding.decoded_values import DecodedValues
from streams.kafka.micro_batch import MicroBatch, MicroBatchBuilder
from streams.kafka.unpack import unpack, unpack_canonical
from streams.rows.row_batches import RowReader
from tests.conditions import until
from tests.integration.streams.store import USER_FEATURES

ROWS = 5000
FIRST_LINE = 2


def rows(count: int) -> BlockRows:
    users = [(number, number % 1000 + 1) for number in range(1, count + 1)]
    columns = {"experiment_id": [number for number, _ in users], "user_id": [user for _, user in users]} | {
        "experiment_compound_ids": [[3, 40]] * count,
        "experiment_run_time": [Decimal("1.5")] * count,
    }
    table = USER_FEATURES.rows
    schema = pa.schema([(column.name, column.type.arrow) for column in table.columns])
    values = json_values(table, pa.RecordBatch.from_pydict(columns, schema))
    return BlockRows(pa.array([b"%d" % user for _, user in users], pa.binary()), [values], count)


async def create(brokers: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    finally:
        await admin.close()


async def publish(brokers: str, topic: str) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=brokers, acks="all", enable_idempotence=True, max_batch_size=batch_bytes(1)
    )
    send_in_parts(producer)
    await producer.start()
    try:
        writer = TopicWriter(producer, topic, 1, new_load_identity(), "experiments.csv", delivery_timeout=60.0)
        writer.append_block(rows(ROWS), FIRST_LINE)
        await writer.finish()
    finally:
        await producer.stop()


async def fetched(brokers: str, tp: TopicPartition) -> Any:  # noqa: ANN401  # aiokafka's FetchResult
    """One fetch, of which nothing was unpacked."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=brokers, auto_offset_reset="earliest", max_partition_fetch_bytes=1 << 24
    )
    await consumer.start()
    try:
        consumer.assign([tp])
        arrived = consumer._fetcher._records  # noqa: SLF001  # what streams.kafka.fetcher reads

        async def has_arrived() -> bool:
            return tp in arrived

        await until(has_arrived, "something was fetched")
        return arrived[tp]
    finally:
        await consumer.stop()


async def test_what_our_producer_wrote_is_read_by_columns(cluster: Cluster) -> None:
    brokers, tp = cluster.environment["KAFKA_BOOTSTRAP_SERVERS"], TopicPartition(f"unpacking-{uuid.uuid4()}", 0)
    await create(brokers, tp.topic)
    await publish(brokers, tp.topic)
    plain = unpack_canonical(await fetched(brokers, tp), 0, SourceReader(), ROWS, RowReader(USER_FEATURES.rows))
    assert plain is not None
    columns = MicroBatchBuilder(0, SourceReader())
    ends = unpack(await fetched(brokers, tp), columns, ROWS)
    assert plain[1:] == ends == (0, ROWS)
    by_columns, one_by_one = (each.batch("experiments", uuid.UUID(int=1), 0, ROWS) for each in (plain[0], columns))
    assert isinstance(by_columns.values, DecodedValues)
    assert contents(by_columns) == contents(one_by_one)


def contents(batch: MicroBatch) -> list[Any]:
    columns = (batch.offsets, batch.values, batch.sources, batch.lines, batch.files)
    return [list(column) for column in columns]
