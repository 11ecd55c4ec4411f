"""Faust's aiokafka transport, which hands agents micro-batches instead of single records.

Faust spends some 60 µs on each message. Here one message carries all records that a fetch brought from one
partition: its value is a `MicroBatch`, its offset the last one that was read, up to which Faust then commits.

Where to read on is Postgres' word (`stream_offsets`), not the consumer group's: it moves in the same transaction
as the rows.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Protocol, cast
from uuid import UUID

from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage, Message
from mode.utils.times import Seconds

from models.errors import StalePositionError
from models.topics import INPUT_TOPICS
from streams.faust_adapters.consumer import ThreadedConsumer, ThreadListener
from streams.kafka.fetcher import BatchConsumerThread, Fetched, FetchedRecords
from streams.kafka.micro_batch import MicroBatch
from streams.kafka.timestamps import RefusedBefore, with_plausible_times

_CREATE_TIME = 0
"""Kafka's number for timestamps set by the producer."""


class StartOffset(Protocol):
    """Where a partition is read on."""

    topic_id: UUID
    next_offset: int
    refused_before: RefusedBefore


class BatchApp(Protocol):
    """What the consumer asks of the app."""

    consumer_generation_id: int

    async def starting_points(self, partitions: set[TP]) -> Mapping[TP, StartOffset]:
        """Where to read on in each of the partitions."""

    def end(self, error: BaseException) -> None:
        """End the process."""


class RebalanceListener(ThreadListener):
    """Faust's, whose errors end the process: aiokafka would log them, and the partitions stay unread."""

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> Awaitable[None]:
        """Pass on which partitions are taken away."""
        return self._or_end(super().on_partitions_revoked(revoked))

    async def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """Pass on which partitions are ours; none is fetched until it is known where to read on."""
        await self._or_end(self._hold_and_pass_on(assigned))

    async def _hold_and_pass_on(self, assigned: Iterable[Any]) -> None:
        self.thread().hold(assigned)
        await super().on_partitions_assigned(assigned)

    async def _or_end(self, callback: Awaitable[None]) -> None:
        try:
            await callback
        except Exception as error:  # noqa: BLE001  # the process ends with it
            cast("BatchApp", self.thread().app).end(error)


class BatchConsumer(ThreadedConsumer):
    """Consumer whose messages of input topics are record batches."""

    RebalanceListener: ClassVar[type[driver.ConsumerRebalanceListener]] = RebalanceListener

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # Faust's own signature
        super().__init__(*args, **kwargs)
        self._topic_ids: dict[TP, UUID] = {}
        self._refused_before: dict[TP, RefusedBefore] = {}
        self._positions: dict[TP, int] = {}
        self._ends: dict[TP, int] = {}
        self._epoch = 0
        self._sought_generation = -1

    def new_thread(self) -> driver.AIOKafkaConsumerThread:
        """The thread that fetches record batches."""
        return BatchConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def on_buffer_drop(self, tp: TP) -> None:
        """Take note that an agent has room for more of the partition, and have the fetcher look for it."""
        super().on_buffer_drop(tp)
        self.look_again()

    def look_again(self) -> None:
        """Have the fetcher look for records of partitions that are wanted again."""
        cast("BatchConsumerThread", self.fetching_thread()).look_again()

    async def look_at_damaged(self) -> None:
        """Fetch once more what could not be read."""
        await cast("BatchConsumerThread", self.fetching_thread()).look_at_damaged()

    def log_ends(self) -> dict[TP, int]:
        """Up to where each assigned input partition can be read, by the last fetch; without those not fetched yet."""
        ends = {tp: self.highwater(tp) for tp in self.assignment() if tp in self._positions}
        return {tp: end for tp, end in ends.items() if end is not None}

    def records_after(self, tp: TP, offset: int) -> int:
        """How many records could be read from an offset on when the partition was fetched last, assigned or not."""
        return max(0, self._ends.get(tp, 0) - offset)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seek the assigned input partitions to where Postgres says the next record is."""
        app = cast("BatchApp", self.app)
        generation = app.consumer_generation_id
        assigned = {tp for tp in self.assignment() if tp.topic in INPUT_TOPICS}
        points = await app.starting_points(assigned)
        if generation != app.consumer_generation_id:
            # Another rebalance began meanwhile, and its own seek may be done already: all that is fetched after it
            # would be taken for void if this one came last.
            return {}
        positions = {tp: point.next_offset for tp, point in points.items()}
        # All this must be known before the first record after the seek can arrive.
        self._epoch += 1
        self._sought_generation = generation
        self._topic_ids = {tp: point.topic_id for tp, point in points.items()}
        self._refused_before = {tp: point.refused_before for tp, point in points.items()}
        self._positions = dict(positions)
        await cast("BatchConsumerThread", self.fetching_thread()).seek_inputs(positions, self._epoch)
        return positions

    def next_committable(self, tp: TP) -> int | None:
        """The offset after the last record that was acknowledged; None if none was."""
        # Faust gathers the offsets of all records in between, one by one, to see that none is missing: a tenth of the
        # worker's time. Batches are acked in their order, and where to read on is Postgres' word anyway.
        if tp.topic not in INPUT_TOPICS:
            return super().next_committable(tp)
        last = self.take_last_acknowledged(tp)
        return None if last is None else last + 1

    async def skip_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Nothing, for an input topic."""
        if tp.topic not in INPUT_TOPICS:
            await super().skip_gap(tp, offset_from, offset_to)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109  # Faust's signature
        """Fetch, and hand the agents one message for each partition."""
        fetched, active = await self.next_records(timeout)
        generation = self.app.consumer_generation_id
        if fetched is None or self.should_stop:
            return
        if not self.flow_active:
            await self._seek_back()
            return
        # Faust would wait for each message with four tasks, in case that there is no room for it while partitions are
        # taken away. There mostly is room: one task takes all that was fetched.
        delivery = asyncio.ensure_future(self._deliver(fetched, active, generation))
        await asyncio.sleep(0)
        if delivery.done():
            delivery.result()
        else:
            await self.wait_first(delivery, self.suspend_flow.wait())
        return
        yield  # what makes this the generator that Faust asks for: no message is left to it

    async def _deliver(self, fetched: Fetched, active: set[TP] | None, generation: int) -> None:
        """Hand what was fetched to the agents."""
        for tp, message in self._messages(fetched):
            if not self.flow_active or self.app.consumer_generation_id != generation:
                return
            if active is None or tp in active or self.is_buffered(tp):
                self._ends[tp] = end = self.highwater(tp)
                self.app.monitor.track_tp_end_offset(tp, end)
                await self.callback(message)
                self.note_read(tp, message.offset)

    async def sleep(self, n: Seconds) -> None:
        """Wait so many seconds, or until the consumer stops; with 0, as between fetches, let others run."""
        # Faust's own takes a task and two more turns of the loop.
        if n:
            await super().sleep(n)
        else:
            await asyncio.sleep(0)

    async def _seek_back(self) -> None:
        # As Faust does: what was fetched while the flow was stopped is fetched again.
        try:
            await self.perform_seek()
        except Exception as error:  # noqa: BLE001  # the rebalance under way seeks again
            self.log.warning("Could not seek while the flow is stopped: %s", error)

    def _messages(self, fetched: Fetched) -> Iterator[tuple[TP, Message]]:
        for tp, records in fetched.items():
            if self._is_current(tp, records):
                self._advance(tp, records)
                for batch in self._batches(tp, records):
                    yield tp, self._message(tp, batch)

    def _is_current(self, tp: TP, records: FetchedRecords) -> bool:
        # Partitions are sought after each rebalance; what was fetched before that is fetched again.
        return (
            tp in self._positions
            and records.epoch == self._epoch
            and self.app.consumer_generation_id == self._sought_generation
        )

    def _advance(self, tp: TP, records: FetchedRecords) -> None:
        expected = self._positions[tp]
        if records.position != expected:
            reason = (
                f"{tp.topic}[{tp.partition}] is read from offset {records.position} and not from {expected}: the topic "
                "was deleted and created again, or records were deleted from it; a worker started now finds out"
            )
            cast("BatchApp", self.app).end(StalePositionError(reason))
        self._positions[tp] = records.next_position

    def _batches(self, tp: TP, records: FetchedRecords) -> list[MicroBatch]:
        batch = records.columns.batch(tp.topic, self._topic_ids[tp], records.position, records.next_position)
        judged = with_plausible_times(batch, time.time_ns() // 1_000_000, self._refused_before[tp])
        return judged.parts(self.app.conf.broker_max_poll_records)

    def _message(self, tp: TP, batch: MicroBatch) -> Message:
        return ConsumerMessage(
            topic=tp.topic,
            partition=tp.partition,
            offset=batch.next_offset - 1,
            timestamp=batch.sources[-1].published_ms / 1000 if batch.sources else 0.0,
            timestamp_type=_CREATE_TIME,
            headers=None,
            key=None,
            value=cast("bytes", batch),
            checksum=None,
            serialized_value_size=len(batch.offsets),
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )


class BatchTransport(driver.Transport):
    """Transport with the consumer above."""

    Consumer: ClassVar[type[driver.Consumer]] = BatchConsumer
