"""Topics as our producer writes them."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from models.wire.encode import json_values
from producers.files.simple_blocks import BlockRows
from producers.kafka.aiokafka_adapter import send_in_parts
from producers.kafka.load_id import new_load_identity
from producers.kafka.topic_writer import TopicWriter, batch_bytes
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
