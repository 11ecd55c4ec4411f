"""A migrated database and what a worker does to it, without Kafka and Faust."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import asyncpg
from faust.types import TP

from models.aggregate import decoded
from models.settings import Settings
from streams.audit import Audit, audit
from streams.connections import Connections
from streams.experiment_rows import WORTH_COPYING
from streams.experiments import Experiments
from streams.features import Aggregates
from streams.persistence import Persistence
from streams.record_batch import RecordBatch
from streams.starting_points import read_starting_points
from streams.transaction import Applied
from tests.integration.streams.batches import TOPIC_ID


@dataclass
class Table:
    """Stands for the Faust table of one worker: what it last wrote, unless a test tampers with it."""

    partitions: dict[int, dict[int, bytes | None]] = field(default_factory=dict)

    def known(self, partition: int, users: Iterable[int]) -> Aggregates:
        stored = self.partitions.get(partition, {})
        values = {user: decoded(stored.get(user) or b"") for user in users}
        return {user: aggregate for user, aggregate in values.items() if aggregate is not None}


async def no_fault() -> None:
    """Postgres answers."""


class WorkerStandIn:
    """Applies batches of experiments as a worker does."""

    def __init__(self, connections: Connections, worth_copying: int = WORTH_COPYING) -> None:
        self.table = Table()
        self.experiments = Experiments(self.table, worth_copying)
        self.persistence = Persistence(connections)

    async def apply(self, *run: RecordBatch) -> Applied:
        async def committed(applied: Applied) -> None:
            self.table.partitions.setdefault(run[0].partition, {}).update(applied.table_values)

        return await self.persistence.apply(self.experiments, run, committed)


@dataclass
class Database:
    """The database of one test."""

    pool: asyncpg.Pool
    settings: Settings

    def worker(self, worth_copying: int = WORTH_COPYING) -> WorkerStandIn:
        return WorkerStandIn(Connections(self.pool, no_fault), worth_copying)

    async def start_partitions(self, count: int, topic: str = "experiments") -> None:
        async with self.pool.acquire() as connection:
            partitions = {TP(topic, number) for number in range(count)}
            await read_starting_points(connection, partitions, {topic: TOPIC_ID})

    async def features(self) -> dict[int, asyncpg.Record]:
        rows = await self.pool.fetch("SELECT * FROM user_features")
        return {row["user_id"]: row for row in rows}

    async def audit(self) -> Audit:
        return await audit(self.settings)
