"""Faust's aiokafka transport, handing agents whole record batches instead of single records.

Faust spends some 60 µs on each message. Here one message carries all records that a fetch brought from one
partition: its value is a `RecordBatch`, its offset that of the last record. Faust takes the offsets before it for
a gap, as in a compacted topic, and commits as ever. Changelog topics go through record by record, unchanged.

Where to read on is Postgres' word (`stream_offsets`), not the consumer group's: it moves in the same transaction
as the rows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, ClassVar, Protocol, cast
from uuid import UUID

from aiokafka.consumer.fetcher import FetchResult
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage, Message

from models.errors import StalePositionError
from models.publication import SourceReader
from models.topics import INPUT_TOPICS
from streams.record_batch import batch_of

_CREATE_TIME = 0
"""Kafka's number for timestamps set by the producer."""


class StartingPoint(Protocol):
    """Where a partition is read on."""

    topic_id: UUID
    next_offset: int


class BatchApp(Protocol):
    """What the consumer asks of the app."""

    consumer_generation_id: int

    async def starting_points(self, partitions: set[TP]) -> Mapping[TP, StartingPoint]:
        """Where to read on in each of the partitions."""

    def end(self, error: BaseException) -> None:
        """End the process."""


class BatchConsumerThread(driver.AIOKafkaConsumerThread):
    """Fetches records of input topics without wrapping each in an object of its own."""

    async def _fetch_records(self, consumer: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # Faust's signature
        # The records that aiokafka unpacks have the same fields as the ConsumerRecord it makes of each; to make it
        # costs more than all else that a record goes through here. (Private names of aiokafka 0.14, which is pinned;
        # those that arrive while we wait are wrapped, and are welcome too.)
        for tp, fetched in consumer._fetcher._records.items():  # noqa: SLF001  # see above
            if tp.topic in INPUT_TOPICS and isinstance(fetched, FetchResult) and fetched.has_more():
                fetched._partition_records._consumer_record = _as_it_is  # noqa: SLF001  # see above
        return await super()._fetch_records(consumer, *args, **kwargs)


def _as_it_is(_: object, record: Any) -> Any:  # noqa: ANN401  # aiokafka's record
    return record


class BatchConsumer(driver.Consumer):
    """Consumer whose messages of input topics are record batches."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # Faust's own signature
        super().__init__(*args, **kwargs)
        self._topic_ids: dict[TP, UUID] = {}
        self._positions: dict[TP, int] = {}
        self._sources = SourceReader()

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return BatchConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seek the assigned input partitions to where Postgres says the next record is."""
        app = cast("BatchApp", self.app)
        assigned = {tp for tp in self.assignment() if tp.topic in INPUT_TOPICS}
        points = await app.starting_points(assigned)
        positions = {tp: point.next_offset for tp, point in points.items()}
        await self._thread.seek_wait(positions)
        self._topic_ids = {tp: point.topic_id for tp, point in points.items()}
        self._positions = dict(positions)
        return positions

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109  # Faust's signature
        """Fetch; yield one message for each input partition, and each record of a changelog."""
        fetched, active = await self._wait_next_records(timeout)
        generation = self.app.consumer_generation_id
        if fetched is None or self.should_stop:
            return
        if not self.flow_active:
            await self._seek_back()
            return
        for tp, message in self._messages(fetched):
            if not self.flow_active or self.app.consumer_generation_id != generation:
                break
            if active is None or tp in active or tp in self._buffered_partitions:
                self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
                yield tp, message

    async def _seek_back(self) -> None:
        # As Faust does: what was fetched while the flow was stopped is fetched again.
        try:
            await self.perform_seek()
        except Exception as error:  # noqa: BLE001  # the rebalance under way seeks again
            self.log.warning("Could not seek while the flow is stopped: %s", error)

    def _messages(self, fetched: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Message]]:
        batches = {tp: records for tp, records in fetched.items() if tp.topic in INPUT_TOPICS and records}
        for tp, records in batches.items():
            yield tp, self._batch_message(tp, records)
        changelogs = {tp: records for tp, records in fetched.items() if tp.topic not in INPUT_TOPICS}
        for tp, record in self.scheduler.iterate(changelogs):
            yield tp, self._to_message(tp, record)

    def _batch_message(self, tp: TP, records: list[Any]) -> Message:
        position = self._positions.get(tp, records[0].offset)
        batch = batch_of(tp.topic, tp.partition, self._topic_ids[tp], position, records, self._sources)
        if batch.offsets[0] < position:
            self._end(
                f"{tp.topic}[{tp.partition}] went back from offset {position} to {batch.offsets[0]}: "
                "the topic was probably deleted and created anew"
            )
        self._positions[tp] = batch.next_offset
        return ConsumerMessage(
            topic=tp.topic,
            partition=tp.partition,
            offset=batch.offsets[-1],
            timestamp=batch.sources[-1].published_ms / 1000,
            timestamp_type=_CREATE_TIME,
            headers=None,
            key=None,
            value=cast("bytes", batch),
            checksum=None,
            serialized_value_size=sum(map(len, filter(None, batch.values))),
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )

    def _end(self, reason: str) -> None:
        cast("BatchApp", self.app).end(StalePositionError(reason))


class BatchTransport(driver.Transport):
    """Transport with the consumer above."""

    Consumer: ClassVar[type[driver.Consumer]] = BatchConsumer
