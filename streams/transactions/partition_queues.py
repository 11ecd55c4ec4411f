"""One queue for each partition: its micro-batches in order, a transaction's at a time, beside the others.

A transaction takes what has arrived of a partition when its turn comes. When little arrives, it takes what is there of
the other partitions too, and is committed at once: a small transaction costs the same whatever it holds. At a backlog
a queue waits until much has come, and a group whose rows stand all over it is written once. While one queue waits for
Postgres another decodes, so that both are busy.

An event is acked after its transaction was committed, never before. A fault that no retry mends ends the process:
Faust would restart the agent without reading the lost batch again.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from streams.kafka.micro_batch import (
    RECORDS_OF_STATEMENT,
    MicroBatch,
    MicroBatches,
    by_partition,
    grouped_by_size,
    joined,
)

if TYPE_CHECKING:
    from faust.types import EventT

PARTITIONS_AT_WORK = 2
"""Partitions that may be at work at once: while one waits for Postgres another decodes; more would only take memory."""

FEW_RECORDS = 10_000
"""Records, by their weight, up to which several partitions share a transaction: more of them are worth one each, beside
each other."""

WORTH_A_TRANSACTION = 125_000
"""Records that a queue waits for, if as many come soon: groups of a shorter transaction are written too often."""

WORTH_BEGINNING = 25_000
"""Records that it waits for before the first transaction: Postgres has nothing to do meanwhile."""

FILL_LIMIT = 1.0
"""Seconds that it waits for them at most."""

LONGEST_TRANSACTION = 10.0
"""Seconds that a transaction should take at most: a killed worker leaves so much undone, and others wait so long."""

CLOSE_LIMIT = 1.0
"""Seconds that a rollback is waited for: Postgres may be away."""

Work = Callable[[MicroBatches], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch as an agent got it."""

    batch: MicroBatch
    weight: int
    """The batch's, which takes some time to find."""
    event: EventT[Any]
    generation: int | None
    """Of the consumer group, when the batch was fetched."""


@dataclass(slots=True)
class PartitionQueue:
    """What is at hand of one partition."""

    waiting: deque[Delivery] = field(default_factory=deque)
    records_waiting: int = 0
    weight_waiting: int = 0
    is_at_work: bool = False
    """Whether a transaction has some of it."""
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while there is something that a transaction may take."""

    def put(self, delivery: Delivery) -> None:
        """Queue a micro-batch behind those of its partition."""
        self.waiting.append(delivery)
        self.records_waiting += len(delivery.batch.offsets)
        self.weight_waiting += delivery.weight
        if not self.is_at_work:
            self.ready.set()

    def release(self) -> None:
        """Take note that the transaction has ended."""
        self.is_at_work = False
        if self.waiting:
            self.ready.set()

    def take(self, most: int) -> list[Delivery]:
        """The batches waiting that follow on each other, up to such a weight; one at least. To be released after."""
        taken: list[Delivery] = []
        weight = 0
        while self.waiting:
            first = self.waiting[0]
            # After another seek in the same generation, a partition is read again from before what is waiting.
            if taken and (weight + first.weight > most or first.batch.position != taken[-1].batch.next_offset):
                break
            taken.append(self.waiting.popleft())
            weight += first.weight
            self.records_waiting -= len(first.batch.offsets)
        self.weight_waiting -= weight
        self.is_at_work = True
        self.ready.clear()
        return taken


class PartitionQueues:
    """The queues of one topic."""

    def __init__(
        self,
        work: Work,
        is_current: Callable[[int | None], bool],
        end: Callable[[BaseException], None],
        has_room: Callable[[], None],
        records_after: Callable[[MicroBatch], int],
        records_of_transaction: int,
    ) -> None:
        """Open them.

        Args:
            work: what a transaction's batches go through.
            is_current: whether a generation of the consumer group still holds.
            end: ends the process.
            has_room: called when more is wanted of a partition that was not wanted before.
            records_after: how many records Kafka has of a batch's partition after it.
            records_of_transaction: most records of one transaction, by their weight; fewer, where so many take longer
                than LONGEST_TRANSACTION.
        """
        self._work = work
        self._is_current = is_current
        self._end = end
        self._has_room = has_room
        self._records_after = records_after
        self._records_of_transaction = records_of_transaction
        self._at_work = asyncio.Semaphore(PARTITIONS_AT_WORK)
        self._small = asyncio.Lock()
        self._weight_at_hand = 0
        self._records_in_time = records_of_transaction
        self._grown = asyncio.Event()
        self._has_begun = False
        self._has_refused = False
        self._queues: dict[int, PartitionQueue] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def put(self, batch: MicroBatch, event: EventT[Any]) -> None:
        """Queue a micro-batch in the queue of its partition, which is opened if need be."""
        queue = self._queues.get(batch.partition)
        if queue is None:
            queue = self._queues[batch.partition] = PartitionQueue()
            self._tasks.append(asyncio.create_task(self._run(queue), name=f"queue {batch.topic}[{batch.partition}]"))
        delivery = Delivery(batch, batch.weight, event, event.message.generation_id)
        self._weight_at_hand += delivery.weight
        queue.put(delivery)
        self._grown.set()

    def eagerness(self, partition: int) -> int | None:
        """How much more of a partition is wanted, beside others; None: nothing at the moment. From any thread.

        Fetch for the fullest partition first, so that transactions get large. Stop at one full transaction per
        partition, and at two and a half in total: that is what arrives while one is being committed.
        """
        if (wanted := self._wanted(partition)) is not None:
            return wanted
        # Noted first, and then looked once more: room that is made in between is not missed.
        self._has_refused = True
        return self._wanted(partition)

    def _wanted(self, partition: int) -> int | None:
        queue = self._queues.get(partition)
        waiting = queue.weight_waiting if queue is not None else 0
        enough = PARTITIONS_AT_WORK * self._records_of_transaction + self._records_of_transaction // 2
        if waiting >= self._records_of_transaction or self._weight_at_hand >= enough:
            return None
        return waiting

    def _offer_room(self) -> None:
        """Have more fetched, if some was not wanted before: to wake the fetcher takes as long as to store some rows."""
        if self._has_refused:
            self._has_refused = False
            self._has_room()

    async def close(self) -> None:
        """Stop at once; a transaction under way is rolled back by its connection's end."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_LIMIT)
        self._tasks.clear()
        self._queues.clear()

    async def _run(self, queue: PartitionQueue) -> None:
        while True:
            await queue.ready.wait()
            try:
                await self._fill(queue)
                async with self._turn(queue):
                    # Another queue's transaction may have taken it meanwhile.
                    if queue.ready.is_set():
                        await self._next_transaction(queue)
            except Exception as error:  # noqa: BLE001  # the process ends with it
                self._end(error)
                return

    @property
    def _few_records(self) -> int:
        return min(FEW_RECORDS, self._records_of_transaction)

    @asynccontextmanager
    async def _turn(self, queue: PartitionQueue) -> AsyncIterator[None]:
        """A place at work. Small transactions take turns: two at once take longer each, and gather less meanwhile."""
        is_small = queue.weight_waiting <= self._few_records
        async with self._small if is_small else nullcontext(), self._at_work:
            yield

    async def _fill(self, queue: PartitionQueue) -> None:
        """Wait until a transaction is worth while, if much more is to come and there is room for it.

        More comes while all turns are taken.
        """
        limit = time.monotonic() + FILL_LIMIT
        while self._is_filling(queue) and (left := limit - time.monotonic()) > 0:
            # All queues share one event: what comes of one partition may take the room of another.
            self._grown.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._grown.wait(), left)

    def _is_filling(self, queue: PartitionQueue) -> bool:
        if not queue.ready.is_set():
            return False
        last = queue.waiting[-1].batch
        return (
            queue.records_waiting < (WORTH_A_TRANSACTION if self._has_begun else WORTH_BEGINNING)
            and self._wanted(last.partition) is not None
            and self._records_after(last) >= RECORDS_OF_STATEMENT
        )

    async def _next_transaction(self, queue: PartitionQueue) -> None:
        self._has_begun = True
        together = self._together(queue)
        taken = [delivery for each in together for delivery in each.take(self._records_in_time)]
        weight = sum(delivery.weight for delivery in taken)
        self._offer_room()
        # After a rebalance everything is read again from where Postgres is: what was queued before is void.
        current = [delivery for delivery in taken if self._is_current(delivery.generation)]
        taken.clear()
        if current:
            begun = time.monotonic()
            await self._work(assembled([delivery.batch for delivery in current]))
            self._learn(weight, time.monotonic() - begun)
            for delivery in current:
                delivery.event.ack()
        for each in together:
            each.release()
        self._weight_at_hand -= weight
        self._offer_room()

    def _together(self, queue: PartitionQueue) -> list[PartitionQueue]:
        """The queue, and others that have a little as well, by ascending partition."""
        weight, found = queue.weight_waiting, [queue]
        for each in self._queues.values():
            if each is not queue and each.ready.is_set() and weight + each.weight_waiting <= self._few_records:
                weight += each.weight_waiting
                found.append(each)
        return sorted(found, key=lambda each: each.waiting[0].batch.partition)

    def _learn(self, weight: int, seconds: float) -> None:
        """Adapt the next transactions to how long one took."""
        if weight >= RECORDS_OF_STATEMENT:
            in_time = max(RECORDS_OF_STATEMENT, round(weight / seconds * LONGEST_TRANSACTION))
            self._records_in_time = min(self._records_of_transaction, in_time)


def assembled(batches: Sequence[MicroBatch]) -> list[MicroBatch]:
    """The same records in batches of one partition each, of about the size of one statement."""
    return [
        one
        for run in by_partition(batches)
        for group in grouped_by_size(
            [part for batch in run for part in batch.parts(RECORDS_OF_STATEMENT)], RECORDS_OF_STATEMENT
        )
        for one in joined(group)
    ]
