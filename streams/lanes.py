"""One lane for each partition: its batches in order, a run of them at a time, beside those of the other partitions.

A run is what has arrived of a partition by the time its lane gets a turn: one transaction. When little arrives a run
is a single small batch, committed at once; at a backlog a lane waits until much has come, and a user whose experiments
stand all over the run is written once. While one lane waits for Postgres another decodes, so that both are busy.

An event is acked after its transaction was committed, never before. A fault that no retry mends ends the process:
Faust would restart the agent without reading the lost batch again.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from streams.record_batch import RecordBatch, Run, joined

if TYPE_CHECKING:
    from faust.types import EventT

LANES_AT_WORK = 2
"""Lanes that may be at work at once: while one waits for Postgres another decodes; more would only take memory."""

RECORDS_OF_STATEMENT = 25_000
"""Batches are joined to this size: larger ones take memory and are no faster, smaller ones take more statements."""

WORTH_A_TURN = 50_000
"""Records that a lane waits for, if as many are to come soon: users of a shorter run are written too often."""

FILL_LIMIT = 0.5
"""Seconds that it waits for them at most."""

LONGEST_RUN = 10.0
"""Seconds that a run should take at most: what a killed worker leaves undone, and what others wait for their turn."""

CLOSE_LIMIT = 1.0
"""Seconds that a rollback is waited for: Postgres may be away."""

Work = Callable[[Run], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch as an agent got it."""

    batch: RecordBatch
    event: EventT[Any]
    generation: int | None
    """Of the consumer group, when the batch was fetched."""


@dataclass(slots=True)
class Lane:
    """What is at hand of one partition."""

    waiting: deque[Delivery] = field(default_factory=deque)
    records_waiting: int = 0
    weight_waiting: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while there is something."""

    def put(self, delivery: Delivery) -> None:
        """Queue a batch."""
        self.waiting.append(delivery)
        self.records_waiting += len(delivery.batch.offsets)
        self.weight_waiting += delivery.batch.weight
        self.arrived.set()

    def take(self, most: int) -> list[Delivery]:
        """The batches waiting that follow on each other, up to such a weight; one at least."""
        taken: list[Delivery] = []
        weight = 0
        while self.waiting:
            batch = self.waiting[0].batch
            # After another seek in the same generation, a partition is read again from before what is waiting.
            if taken and (weight + batch.weight > most or batch.position != taken[-1].batch.next_offset):
                break
            taken.append(self.waiting.popleft())
            weight += batch.weight
            self.records_waiting -= len(batch.offsets)
        self.weight_waiting -= weight
        if not self.waiting:
            self.arrived.clear()
        return taken


class Lanes:
    """The lanes of one topic."""

    def __init__(
        self,
        work: Work,
        is_current: Callable[[int | None], bool],
        end: Callable[[BaseException], None],
        has_room: Callable[[], None],
        records_after: Callable[[RecordBatch], int],
        records_of_run: int,
    ) -> None:
        """Open them.

        Args:
            work: what a run goes through.
            is_current: whether a generation of the consumer group still holds.
            end: ends the process.
            has_room: told when more is wanted.
            records_after: how many records Kafka has of a batch's partition after it.
            records_of_run: most records of one run, by their weight; fewer, where so many take longer than LONGEST_RUN.
        """
        self._work = work
        self._is_current = is_current
        self._end = end
        self._has_room = has_room
        self._records_after = records_after
        self._records_of_run = records_of_run
        self._at_work = asyncio.Semaphore(LANES_AT_WORK)
        self._weight_at_hand = 0
        self._records_in_time = records_of_run
        self._grown = asyncio.Event()
        self._lanes: dict[int, Lane] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def put(self, batch: RecordBatch, event: EventT[Any]) -> None:
        """Queue a batch."""
        lane = self._lanes.get(batch.partition)
        if lane is None:
            lane = self._lanes[batch.partition] = Lane()
            self._tasks.append(asyncio.create_task(self._run(lane), name=f"lane {batch.topic}[{batch.partition}]"))
        self._weight_at_hand += batch.weight
        lane.put(Delivery(batch, event, event.message.generation_id))
        self._grown.set()

    def eagerness(self, partition: int) -> int | None:
        """How much more of a partition is wanted, beside others; None: nothing at the moment. From any thread.

        The fullest lane comes first, for long runs; and no more is taken than a lane can do in one run, and than the
        lanes at work have and half a run, which is as much as comes while one of them works.
        """
        lane = self._lanes.get(partition)
        waiting = lane.weight_waiting if lane is not None else 0
        enough = LANES_AT_WORK * self._records_of_run + self._records_of_run // 2
        if waiting >= self._records_of_run or self._weight_at_hand >= enough:
            return None
        return waiting

    async def close(self) -> None:
        """Stop at once; a transaction under way is rolled back by its connection's end."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_LIMIT)
        self._tasks.clear()
        self._lanes.clear()

    async def _run(self, lane: Lane) -> None:
        while True:
            await lane.arrived.wait()
            try:
                await self._fill(lane)
                await self._next_run(lane)
            except Exception as error:  # noqa: BLE001  # the process ends with it
                self._end(error)
                return

    async def _fill(self, lane: Lane) -> None:
        """Wait until the run is worth a turn, while much more of the partition is to come and there is room for it.

        More comes while all turns are taken.
        """
        limit = time.monotonic() + FILL_LIMIT
        while self._is_filling(lane) and (left := limit - time.monotonic()) > 0:
            # All lanes share one event: what comes of one partition may take the room of another.
            self._grown.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._grown.wait(), left)

    def _is_filling(self, lane: Lane) -> bool:
        last = lane.waiting[-1].batch
        return (
            lane.records_waiting < WORTH_A_TURN
            and self.eagerness(last.partition) is not None
            and self._records_after(last) >= RECORDS_OF_STATEMENT
        )

    async def _next_run(self, lane: Lane) -> None:
        async with self._at_work:
            taken = lane.take(self._records_in_time)
            weight = sum(delivery.batch.weight for delivery in taken)
            self._has_room()
            # After a rebalance everything is read again from where Postgres is: what was queued before is void.
            current = [delivery for delivery in taken if self._is_current(delivery.generation)]
            taken.clear()
            if current:
                begun = time.monotonic()
                await self._work(assembled([delivery.batch for delivery in current]))
                self._learn(weight, time.monotonic() - begun)
                for delivery in current:
                    delivery.event.ack()
        self._weight_at_hand -= weight
        self._has_room()

    def _learn(self, weight: int, seconds: float) -> None:
        """Adapt the next runs to how long one took."""
        if weight >= RECORDS_OF_STATEMENT:
            in_time = max(RECORDS_OF_STATEMENT, round(weight / seconds * LONGEST_RUN))
            self._records_in_time = min(self._records_of_run, in_time)


def assembled(batches: Sequence[RecordBatch]) -> list[RecordBatch]:
    """The same records in batches of about the size of one statement."""
    groups: list[list[RecordBatch]] = []
    size = 0
    for batch in batches:
        for part in batch.parts(RECORDS_OF_STATEMENT):
            if not groups or size + len(part.offsets) > RECORDS_OF_STATEMENT:
                groups.append([])
                size = 0
            groups[-1].append(part)
            size += len(part.offsets)
    return [joined(group) for group in groups]
