"""Where a load publishes to: Kafka, or nowhere for a trial."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from models.clients.kafka import address, client_options, unreachable
from models.clients.topic_creation import ensure_topics
from models.clients.topic_ids import TopicIdsRequest, topic_ids
from models.errors import KafkaUnreachableError
from models.publication import LOAD_HEADER
from models.settings.environment import Settings
from producers.files.simple_blocks import BlockRows
from producers.kafka.aiokafka_adapter import send_in_parts, stop_sending
from producers.kafka.load_id import LoadIdentity
from producers.kafka.topic_writer import TopicWriter, batch_bytes

_CONNECT_SECONDS = 15
"""So long may it take to reach Kafka and to have the topics ready."""
_LEADER_SECONDS = 10
"""So long may a partition be without a leader: less, so that this is what is said of it."""
_STOP_SECONDS = 1
"""All is acknowledged by then, or given up."""


class Writer(Protocol):
    """Takes the records of one file for one topic; `producers.kafka.topic_writer.TopicWriter` is the real one."""

    topic: str
    acknowledged: int
    next_offsets: dict[int, int]
    records: dict[int, int]
    full: list[tuple[int, Any]]

    def append_block(self, rows: BlockRows, first_line: int) -> None:
        """Take the records of plain rows; the first row is of that line."""

    def append(self, key: bytes, value: bytes | None, line: int) -> None:
        """Take a record."""

    async def send_full(self) -> None:
        """Send what is ready to be sent."""

    async def finish(self) -> None:
        """Send everything, and wait until it is there."""

    async def abandon(self) -> None:
        """Send nothing more."""


class CountingWriter:
    """Counts records, and forgets them."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.acknowledged = 0
        self.next_offsets: dict[int, int] = {}
        self.records: dict[int, int] = {}
        self.full: list[tuple[int, Any]] = []

    def append_block(self, rows: BlockRows, first_line: int) -> None:  # noqa: ARG002  # a writer's form
        """Count the rows of a block instead of sending them."""
        self.acknowledged += rows.count

    def append(self, key: bytes, value: bytes | None, line: int) -> None:  # noqa: ARG002  # a writer's form
        """Count a record instead of sending it."""
        self.acknowledged += 1

    async def send_full(self) -> None:
        """Nothing is to be sent; others get their turn."""
        await asyncio.sleep(0)

    async def finish(self) -> None:
        """Nothing is to be sent."""

    async def abandon(self) -> None:
        """Nothing is on its way."""


class Destination(Protocol):
    """Where a load publishes its records to."""

    topic_ids: Mapping[str, UUID]
    """By name; of those that there are."""

    def open_writer(self, topic: str, identity: LoadIdentity, file_name: str) -> Writer:
        """A writer for the records of one file."""

    async def tell(self, topic: str, load_id: UUID, value: bytes) -> tuple[int, int]:
        """Publish a record about the load itself; return its partition and offset."""


class Nowhere:
    """For a trial: counts, and publishes nothing."""

    topic_ids: Mapping[str, UUID] = {}

    def open_writer(self, topic: str, identity: LoadIdentity, file_name: str) -> Writer:  # noqa: ARG002  # the protocol's
        """A writer that counts."""
        return CountingWriter(topic)

    async def tell(self, topic: str, load_id: UUID, value: bytes) -> tuple[int, int]:  # noqa: ARG002  # the protocol's
        """Manifests go nowhere in a trial."""
        return 0, 0


class Kafka:
    """A started producer and the topics as they are."""

    def __init__(
        self,
        producer: AIOKafkaProducer,
        partition_counts: Mapping[str, int],
        ids: Mapping[str, UUID],
        settings: Settings,
    ) -> None:
        """Take how many partitions each topic has and its id; and how batches are compressed and waited for."""
        self._producer = producer
        self._partition_counts = partition_counts
        self._delivery_timeout = settings.delivery_timeout
        self._codec = settings.kafka_compression
        self.topic_ids = ids

    def open_writer(self, topic: str, identity: LoadIdentity, file_name: str) -> Writer:
        """A writer for the records of one file."""
        count = self._partition_counts[topic]
        return TopicWriter(self._producer, topic, count, identity, file_name, self._delivery_timeout, self._codec)

    async def tell(self, topic: str, load_id: UUID, value: bytes) -> tuple[int, int]:
        """Publish a record about the load itself; return its partition and offset.

        Raises:
            aiokafka.errors.KafkaError: it was not acknowledged.
        """
        name = str(load_id).encode()
        sending = self._producer.send_and_wait(topic, value, key=name, headers=[(LOAD_HEADER, name)])
        try:
            metadata = await asyncio.wait_for(sending, self._delivery_timeout)
        except TimeoutError:
            raise KafkaTimeoutError(f"nothing was acknowledged for {self._delivery_timeout:g} s") from None
        return metadata.partition, metadata.offset


@asynccontextmanager
async def kafka(settings: Settings, published: Callable[[], int]) -> AsyncIterator[Kafka]:
    """Kafka, with the topics that are needed.

    Args:
        settings: where it is.
        published: how many rows were published up to now, for the message of a failure.

    Raises:
        KafkaUnreachableError: Kafka does not answer, is not trusted, will not have us, or fails the body.
        TopicCreationError: it refuses to create a topic, or has one that cannot be used.
    """
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            partition_counts = await ensure_topics(settings, leader_seconds=_LEADER_SECONDS)
            producer = await _started_producer(settings, max(partition_counts.values()))
    except (KafkaError, TimeoutError, OSError, ValueError) as error:
        raise await unreachable(settings) from error
    try:
        ids = await _topic_ids(producer, list(partition_counts))
        yield Kafka(producer, partition_counts, ids, settings)
    except KafkaError as error:
        said = f"{published():,} rows were published, then: {str(error) or type(error).__name__}"
        raise KafkaUnreachableError(f"{address(settings)} does not answer any more: {said}") from error
    finally:
        await _stop(producer)


async def _stop(producer: AIOKafkaProducer) -> None:
    """Stop the producer; if Kafka is away or hangs, without waiting for it."""
    stopping = asyncio.create_task(producer.stop())
    done, _ = await asyncio.wait([stopping], timeout=_STOP_SECONDS)
    if done:
        await stopping
        return
    # stop() waits for the task that retries, and that one for its requests: nothing public ends the former, and closing
    # the connections ends the latter. What Kafka does not read keeps a connection open: that is not waited for either.
    stop_sending(producer)
    closing = asyncio.create_task(producer.client.close())
    _, open_ = await asyncio.wait([stopping, closing], timeout=_STOP_SECONDS)
    for task in open_:
        task.cancel()
    await asyncio.wait([stopping, closing])


async def _started_producer(settings: Settings, most_partitions: int) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(
        **client_options(settings),
        acks="all",
        enable_idempotence=True,
        max_batch_size=batch_bytes(most_partitions),
    )
    send_in_parts(producer)
    try:
        await producer.start()
    except BaseException:
        await producer.stop()
        raise
    return producer


async def _topic_ids(producer: AIOKafkaProducer, names: list[str]) -> dict[str, UUID]:
    client = producer.client
    response = await client.send(client.get_random_node(), TopicIdsRequest(names))
    return topic_ids(response)
