"""One lane for each partition: its batches in order, one at a time, beside those of the other partitions.

While one lane waits for Postgres another decodes, so that both are busy. An event is acked after its transaction
was committed, never before. A fault that no retry mends ends the process: Faust would restart the agent without
reading the lost batch again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from faust.types import EventT

    from streams.record_batch import RecordBatch

LANES_AT_WORK = 2
"""Lanes that may be at work at once: while one waits for Postgres another decodes; more would only take memory."""

BATCHES_AT_HAND = LANES_AT_WORK + 1
"""Batches in all lanes, at work or waiting for a turn."""

CLOSE_LIMIT = 1.0
"""Seconds that a rollback is waited for: Postgres may be away."""

Work = Callable[["RecordBatch"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch as an agent got it."""

    batch: RecordBatch
    event: EventT[Any]
    generation: int | None
    """Of the consumer group, when the batch was fetched."""


class Lanes:
    """The lanes of one topic."""

    def __init__(
        self, work: Work, is_current: Callable[[int | None], bool], end: Callable[[BaseException], None]
    ) -> None:
        """Take what a batch goes through, whether a generation still holds, and how to end the process."""
        self._work = work
        self._is_current = is_current
        self._end = end
        self._room = asyncio.Semaphore(BATCHES_AT_HAND)
        self._at_work = asyncio.Semaphore(LANES_AT_WORK)
        self._queues: dict[int, asyncio.Queue[Delivery]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def put(self, batch: RecordBatch, event: EventT[Any]) -> None:
        """Queue a batch; waits while there are enough at hand."""
        await self._room.acquire()
        queue = self._queues.get(batch.partition)
        if queue is None:
            queue = self._queues[batch.partition] = asyncio.Queue()
            self._tasks.append(asyncio.create_task(self._run(queue), name=f"lane {batch.topic}[{batch.partition}]"))
        queue.put_nowait(Delivery(batch, event, event.message.generation_id))

    async def close(self) -> None:
        """Stop at once; a transaction under way is rolled back by its connection's end."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_LIMIT)
        self._tasks.clear()
        self._queues.clear()

    async def _run(self, queue: asyncio.Queue[Delivery]) -> None:
        while True:
            delivery = await queue.get()
            try:
                await self._deliver(delivery)
            except Exception as error:  # noqa: BLE001  # the process ends with it
                self._end(error)
                return
            del delivery
            self._room.release()

    async def _deliver(self, delivery: Delivery) -> None:
        async with self._at_work:
            # After a rebalance everything is read again from where Postgres is: what was queued before is void.
            if self._is_current(delivery.generation):
                await self._work(delivery.batch)
                delivery.event.ack()
