"""What Kafka gives back of what our producer wrote, before aiokafka unpacks it."""

from __future__ import annotations

import uuid
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from embedded.cluster import Cluster
from models.publication import SourceReader
from streams.decoding.decoded_values import DecodedValues
from streams.kafka.micro_batch import MicroBatch, MicroBatchBuilder
from streams.kafka.unpack import unpack, unpack_canonical
from streams.rows.row_batches import RowReader
from tests.conditions import until
from tests.integration.streams.kafka.topics import ROWS, create, publish
from tests.integration.streams.store import USER_FEATURES


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
