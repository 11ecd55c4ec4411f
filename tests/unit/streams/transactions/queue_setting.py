"""Queues of partitions, and in place of transactions something that takes runs and holds them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from models.publication import Source
from streams.columns.byte_column import byte_column
from streams.kafka.micro_batch import MicroBatch, MicroBatches
from streams.transactions.partition_queues import PartitionQueues
from tests.conditions import until


def batch(partition: int, start: int, records: int = 2) -> MicroBatch:
    values = byte_column([b"{}"] * records)
    sources = [Source(1, UUID(int=1))] * records
    offsets = range(start, start + records)
    end = start + records
    return MicroBatch("users", partition, UUID(int=1), start, end, offsets, values, sources, offsets, [None] * records)


def marks(partition: int, start: int, count: int) -> MicroBatch:
    """Offsets without records."""
    return replace(batch(partition, start, 0), next_offset=start + count)


@dataclass
class Event:
    """A Faust event of some generation of the consumer group."""

    generation: int = 1
    acked: bool = False

    @property
    def message(self) -> Any:  # noqa: ANN401  # stands for a Faust message
        return SimpleNamespace(generation_id=self.generation)

    def ack(self) -> None:
        self.acked = True


@dataclass
class Postgres:
    """Takes runs, and holds each until it is let go."""

    runs: list[MicroBatches] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    failing: bool = False

    async def work(self, run: MicroBatches) -> None:
        if self.failing:
            raise RuntimeError("unexpected")
        self.runs.append(run)
        await self.gate.wait()


@dataclass
class Setting:
    """Lanes of at most 6 records a run, what they work on, and what they said."""

    queues: PartitionQueues
    postgres: Postgres
    errors: list[BaseException]
    generation: list[int]
    left: dict[int, int]
    """Records that Kafka has of a partition after what was put."""
    wakings: list[bool]
    """One for each time that the fetcher was to look again."""

    def put(self, one: MicroBatch, generation: int = 1) -> Event:
        event = Event(generation)
        self.queues.put(one, cast("Any", event))
        return event

    async def runs(self, count: int) -> list[list[tuple[int, int, int]]]:
        """Partition, first offset and end of each batch, once there are so many runs."""

        async def are_there() -> bool:
            return len(self.postgres.runs) >= count

        await until(are_there, f"{count} runs")
        return [[(one.partition, one.offsets[0], one.next_offset) for one in run] for run in self.postgres.runs]


async def acked(*events: Event) -> None:
    async def are_acked() -> bool:
        return all(event.acked for event in events)

    await until(are_acked, "all is acked")
