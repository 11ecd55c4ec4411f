"""Fetching from Kafka, a partition's whole fetch at a time, with the exact offset that it was read from.

Two things differ from Faust's thread. Of each record that aiokafka unpacks, what matters goes straight into columns:
to make a ConsumerRecord of it would cost more than all else that a record goes through here. And each fetch says where
it began and after which seek: so a fetch from before a seek can be told from one after it, and no record can go
missing in between unnoticed.

What aiokafka and Faust have no public names for is in `streams.kafka.aiokafka_adapter` and `streams.faust_adapters`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, cast

from aiokafka.consumer.fetcher import FetchResult
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from faust.types import TP
from mode import Service

from models.publication import SourceReader
from models.topics import INPUT_TOPICS
from streams.faust_adapters.consumer import FetchingThread
from streams.kafka.aiokafka_adapter import (
    arrival,
    check_background_tasks,
    fetched_of,
    forget,
    is_closed,
    is_fetcher_closed,
    pass_fetches_through,
    read_committed_only,
    subscriptions_of,
)
from streams.kafka.canonical_records import CanonicalRecords, ValueReader
from streams.kafka.fetch_screening import ScreeningClient
from streams.kafka.micro_batch import MicroBatchBuilder
from streams.kafka.record_batch_screening import Damage
from streams.kafka.unpack import unpack, unpack_canonical

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer

_WATCH_INTERVAL = 1.0

_FEW = 1_000
"""Offsets up to which more partitions are unpacked: the way from one thread to the other costs more than so few."""


class DamageNotes(Protocol):
    """Where is noted which partitions cannot be read on."""

    def note(self, tp: TP, damage: Damage | None) -> None:
        """Take note that a partition cannot be read on, or that it can again."""


class EagerApp(Protocol):
    """What the fetcher asks of the app."""

    damaged_partitions: DamageNotes
    value_readers: Mapping[str, ValueReader]
    """What reads values by columns, by topic."""

    def eagerness(self, tp: TP) -> int | None:
        """How much more of a partition is wanted, beside others; None: nothing at the moment."""

    def fetch_distance(self) -> float:
        """Seconds that a fetch is kept from the one before."""


class FetchedRecords:
    """Consecutive records of one partition of an input topic."""

    def __init__(
        self, columns: MicroBatchBuilder | CanonicalRecords, position: int, next_position: int, epoch: int
    ) -> None:
        """Take the records and how they were read.

        Args:
            columns: the records.
            position: the offset that they were read from.
            next_position: the offset that is read on from; may be past the last record's next, and with no record.
            epoch: the number of the seek after which they were read.
        """
        self.columns = columns
        self.position = position
        self.next_position = next_position
        self.epoch = epoch


Fetched = Mapping[TP, Any]
"""What one fetch brought: FetchedRecords, by partition."""


class BatchConsumerThread(FetchingThread):
    """Fetches input topics a partition at a time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.epoch = 0
        self._wanted = asyncio.Event()
        self._sources = SourceReader()
        self._damaged: set[TP] = set()

    @Service.task
    async def _watch_background(self) -> None:
        """Find out when aiokafka's own tasks are in trouble: Faust's way of fetching never asks them."""
        while not self.should_stop:
            await self.sleep(_WATCH_INTERVAL)
            consumer = self.started_consumer()
            if self.should_stop or is_closed(consumer):
                return
            try:
                check_background_tasks(consumer)
            except KafkaError as error:
                # The coordinator waits until its error was taken note of, then tries again.
                if not error.retriable:
                    raise
                self.log.warning("Kafka's group coordination failed (%s); it is tried again", error)

    def on_consumer_made(self, consumer: AIOKafkaConsumer) -> None:
        """Leave out what is not committed. Faust asks for it together with transactions of its own only."""
        read_committed_only(consumer)

    async def on_start(self) -> None:
        """Start the consumer, whose fetches are looked through before anything is made of them."""
        await super().on_start()
        distance = cast("EagerApp", self.app).fetch_distance
        pass_fetches_through(self.started_consumer(), lambda client: ScreeningClient(client, self._note, distance))

    def _note(self, tp: TP, damage: Damage | None) -> None:
        """Stop fetching a partition that is damaged there; say so, and when it can be read again."""
        if damage is None and tp not in self._damaged:
            return
        if damage is None:
            self._damaged.discard(tp)
        else:
            # It may have been taken away while the answer was under way; then its next worker will see.
            if tp not in self.assignment():
                return
            self._damaged.add(tp)
            self.started_consumer().pause(TopicPartition(*tp))
        self.app.loop.call_soon_threadsafe(cast("EagerApp", self.app).damaged_partitions.note, tp, damage)

    async def look_at_damaged(self) -> None:
        """Fetch what could not be read once more."""
        await self.call_thread(self._look_at_damaged)

    async def _look_at_damaged(self) -> None:
        here = self._damaged & self.assignment()
        self.started_consumer().resume(*(TopicPartition(*tp) for tp in here))

    def highwater(self, tp: TP) -> int | None:  # type: ignore[override]  # None: nothing was fetched yet
        """Up to where a partition can be read, by the last fetch: an open transaction holds back what is behind it."""
        end: int | None = self.started_consumer().last_stable_offset(tp)
        return end

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Have Faust look for a standstill, but for a partition of which nothing more can be read at the moment."""
        assignment = subscriptions_of(self.started_consumer()).subscription.assignment
        state = assignment.state_value(tp) if assignment else None
        if tp in self._damaged:
            return
        if state is None or state.lso is None or not state.has_valid_position or state.position < state.lso:
            super().verify_event_path(now, tp)

    async def commit_here(self, offsets: Mapping[TP, int]) -> bool:
        """Commit what is still ours; False if Kafka does not take it."""
        # The group's position is for Kafka's tools only: where to read on is Postgres' word.
        current = {tp: offset for tp, offset in offsets.items() if tp in self.assignment()}
        try:
            await self.started_consumer().commit(current)
        except KafkaError as error:
            self.log.info("The group's position was not committed (%s)", error)
            return False
        # Faust looks here, and takes a backlog of more than five minutes for a standstill where it finds nothing.
        self.tp_last_committed_at.update(dict.fromkeys(current, monotonic()))
        return True

    def look_again(self) -> None:
        """Look at once whether there are records of a partition that is wanted again, and not when more arrive."""
        self.thread_loop.call_soon_threadsafe(self._wanted.set)

    def hold(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch nothing of these until the next seek.

        A fetch from where they stood before would wait for records as long as it may, and that from after the seek
        waits for its answer.
        """
        self.started_consumer().pause(*partitions)

    async def seek_inputs(self, partitions: Mapping[TP, int], epoch: int) -> None:
        """Seek, and number the seek: what is fetched from then on carries the number."""
        await self.call_thread(self._seek_inputs, partitions, epoch)

    async def _seek_inputs(self, partitions: Mapping[TP, int], epoch: int) -> None:
        # No fetch can come between the two: both happen before this thread's loop goes on.
        self.epoch = epoch
        await self.seek_here(partitions)
        consumer = self.started_consumer()
        consumer.resume(*consumer.assignment())

    async def fetch_here(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP] | None,
        timeout: float | None,
        max_records: int | None,
    ) -> Fetched:
        """Fetch records of the input topics: of one partition, or of several that have few."""
        self._wanted.clear()
        # Changelogs are read by the table's recovery, over a consumer of its own. A copy, for the set is another
        # thread's and may change meanwhile.
        inputs = {tp for tp in frozenset(active_partitions or ()) if tp.topic in INPUT_TOPICS}
        fetched = self._take(consumer, inputs, max_records)
        if fetched is not None:
            return fetched
        await self._arrival(consumer, timeout)
        return self._take(consumer, inputs, max_records) or {}

    def _take(self, consumer: AIOKafkaConsumer, inputs: set[TP], max_records: int | None) -> Fetched | None:
        if not self.consumer.flow_active or is_closed(consumer) or is_fetcher_closed(consumer):
            return None
        subscriptions, fetched = subscriptions_of(consumer), fetched_of(consumer)
        if subscriptions.reassignment_in_progress:
            return None
        for tp in [tp for tp in fetched if tp not in inputs and not subscriptions.is_assigned(tp)]:
            forget(consumer, tp)
        taken: dict[TP, FetchedRecords] = {}
        offsets = 0
        for tp in self._most_wanted_first(tp for tp in list(fetched) if tp in inputs):
            if offsets > _FEW:
                break
            result = fetched[tp]
            records = self._records_of(tp, result, max_records)
            if not isinstance(result, FetchResult) or not result.has_more():
                forget(consumer, tp)
            if not isinstance(result, FetchResult):
                result.check_raise()
            if records is not None:
                taken[tp] = records
                offsets += records.next_position - records.position
        return taken or None

    def _most_wanted_first(self, fetched: Iterable[TP]) -> list[TP]:
        """The partitions that are wanted at all; of those wanted alike, what was fetched first comes first."""
        eagerness = {tp: cast("EagerApp", self.app).eagerness(tp) for tp in fetched}
        wanted = {tp: much for tp, much in eagerness.items() if much is not None}
        return sorted(wanted, key=lambda tp: -wanted[tp])

    def _records_of(self, tp: TP, result: Any, max_records: int | None) -> FetchedRecords | None:
        if not isinstance(result, FetchResult) or not result.check_assignment(tp) or not result.has_more():
            return None
        most = max_records or sys.maxsize
        rows = cast("EagerApp", self.app).value_readers.get(tp.topic)
        plain = None if rows is None else unpack_canonical(result, tp.partition, self._sources, most, rows)
        if plain is not None:
            return FetchedRecords(*plain, self.epoch)
        columns = MicroBatchBuilder(tp.partition, self._sources)
        position, next_position = unpack(result, columns, most)
        return FetchedRecords(columns, position, next_position, self.epoch) if next_position > position else None

    async def _arrival(self, consumer: AIOKafkaConsumer, timeout: float | None) -> None:
        """Wait until something was fetched, an error perhaps, or there is a reason to look again."""
        subscriptions = subscriptions_of(consumer)
        with subscriptions.fetch_context():
            if subscriptions.reassignment_in_progress:
                await subscriptions.wait_for_assignment()
                return
            waiter = arrival(consumer)
            wanted = asyncio.ensure_future(self._wanted.wait())
            done, unfinished = await asyncio.wait(
                {waiter, wanted}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
            for each in unfinished:
                each.cancel()
            if waiter in done:
                waiter.result()
