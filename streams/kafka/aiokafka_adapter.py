"""aiokafka's private names on the worker's side: a consumer's fetcher, what it fetched, and batches to send.

The names are those of aiokafka 0.14, which is pinned; docs/adr/0004 says why they are needed. They are used in this
module only; tests/unit/private_names says what is missing after an upgrade. All of this runs once a fetch or once a
batch, never once a record.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from models.clients.kafka import READ_COMMITTED

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer
    from aiokafka.structs import TopicPartition


def read_committed_only(consumer: AIOKafkaConsumer) -> None:
    """Have a consumer that was not started yet leave out records of transactions that are not committed."""
    consumer._isolation_level = READ_COMMITTED


def pass_fetches_through(consumer: AIOKafkaConsumer, wrapped: Callable[[Any], Any]) -> None:
    """Have a started consumer fetch by a client of ours, which is made of its own."""
    fetcher = consumer._fetcher
    fetcher._client = wrapped(fetcher._client)


def is_closed(consumer: AIOKafkaConsumer) -> bool:
    """Whether the consumer was stopped."""
    closed: bool = consumer._closed
    return closed


def is_fetcher_closed(consumer: AIOKafkaConsumer) -> bool:
    """Whether the consumer's fetcher was stopped."""
    closed: bool = consumer._fetcher._closed
    return closed


def check_background_tasks(consumer: AIOKafkaConsumer) -> None:
    """Raise what the coordinator of the group or the fetching task met."""
    consumer._coordinator.check_errors()
    if consumer._fetcher._fetch_task.done():
        consumer._fetcher._fetch_task.result()


def subscriptions_of(consumer: AIOKafkaConsumer) -> Any:  # noqa: ANN401  # aiokafka's SubscriptionState
    """What the consumer's fetcher knows of its partitions."""
    return consumer._fetcher._subscriptions


def fetched_of(consumer: AIOKafkaConsumer) -> dict[TopicPartition, Any]:
    """What was fetched and not yet forgotten, by partition: a FetchResult, or a FetchError."""
    fetched: dict[TopicPartition, Any] = consumer._fetcher._records
    return fetched


def forget(consumer: AIOKafkaConsumer, tp: TopicPartition) -> None:
    """Drop what was fetched of a partition, so that more of it is fetched."""
    fetcher = consumer._fetcher
    del fetcher._records[tp]
    fetcher._notify(fetcher._wait_consume_future)


def arrival(consumer: AIOKafkaConsumer) -> asyncio.Future[Any]:
    """What is done when something is fetched next, an error perhaps."""
    future: asyncio.Future[Any] = consumer._fetcher._create_fetch_waiter()
    return future


class PartitionFetch:
    """What was fetched of one partition and is not unpacked yet."""

    def __init__(self, result: Any) -> None:  # noqa: ANN401  # aiokafka's FetchResult
        self._result = result
        self._unpacking = result._partition_records
        self.records: Any = self._unpacking._records
        """The batches, as aiokafka's MemoryRecords."""
        self.checks_checksums: bool = self._unpacking._check_crcs
        """Whether the consumer was asked to."""

    @property
    def tp(self) -> TopicPartition:
        """The partition."""
        tp: TopicPartition = self._unpacking._tp
        return tp

    @property
    def position(self) -> int:
        """The offset of the next record that is wanted."""
        position: int = self._unpacking.next_fetch_offset
        return position

    @position.setter
    def position(self, offset: int) -> None:
        self._unpacking.next_fetch_offset = offset

    @property
    def aborted_producers(self) -> set[int]:
        """The producers whose transaction at hand was aborted."""
        producers: set[int] = self._unpacking._aborted_producers
        return producers

    def begin_aborted_up_to(self, offset: int) -> None:
        """Add to those producers whose aborted transactions begin up to an offset."""
        self._unpacking._consume_aborted_up_to(offset)

    def read_on(self) -> int:
        """Have aiokafka read on after what was unpacked; the offset that it reads on from."""
        self._result._update_position()
        next_position = self.position
        if not self.records.has_next():
            self._result._partition_records = None
            # A generator that nobody uses here, and that would keep the whole fetch in memory: the two name each other.
            self._unpacking._records_iterator = None
        return next_position


def at_hand(records: Any) -> tuple[bytes, int] | None:  # noqa: ANN401  # aiokafka's MemoryRecords
    """All bytes of a fetch, and where its next batch begins; None if aiokafka does not say.

    What was fetched is not an attribute that Python sees, but a part of the state that is pickled.
    """
    try:
        state = records.__reduce__()
    except TypeError:
        return None
    match state:
        case (_, _, (bytes() as buffer, int() as start)):
            return buffer, start
    return None


class BatchToSend(ABC):
    """What aiokafka's sender takes in place of its own BatchBuilder."""

    def _set_producer_state(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        self.set_producer(producer_id, producer_epoch, base_sequence)

    def _build(self) -> bytes:
        return self.encoded()

    @abstractmethod
    def set_producer(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        """Take whose batch it is, and the sequence number of its first record."""

    @abstractmethod
    def encoded(self) -> bytes:
        """The batch in Kafka's binary form, which gets no further records."""
