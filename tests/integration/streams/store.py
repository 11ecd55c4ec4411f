"""A migrated database and what a worker does to it, without Kafka and Faust."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg
from faust.types import TP
from streams.features.aggregate_columns import Aggregates
from streams.features.compound_pairs import Integers
from streams.rows.experiment_store import WORTH_COPYING
from streams.rows.experiments import Experiments
from streams.table.codec import decoded

from models.settings.environment import Settings
from streams.kafka.micro_batch import MicroBatch
from streams.offsets.start_offsets import read_start_offsets
from streams.postgres.pool import Connections
from streams.queries.audit import Audit, audit
from streams.transactions.retries import RetriedTransactions
from streams.transactions.transaction import Applied
from tests.integration.streams.batches import TOPIC_ID


@dataclass
class Table:
    """Stands for the Faust table of one worker: what it last wrote, unless a test tampers with it."""

    partitions: dict[int, dict[int, bytes | None]] = field(default_factory=dict)

    def known(self, partition: int, users: Integers) -> Aggregates:
        stored = self.partitions.get(partition, {})
        return decoded(users, [stored.get(user) for user in users.tolist()])


async def no_fault() -> None:
    """Postgres answers."""


class WorkerStandIn:
    """Applies batches of experiments as a worker does."""

    def __init__(self, connections: Connections, worth_copying: int = WORTH_COPYING) -> None:
        self.table = Table()
        self.experiments = Experiments(self.table, worth_copying)
        self.persistence = RetriedTransactions(connections)

    async def apply(self, *run: MicroBatch) -> Applied:
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
            await read_start_offsets(connection, partitions, {topic: TOPIC_ID})

    async def features(self) -> dict[int, asyncpg.Record]:
        rows = await self.pool.fetch("SELECT * FROM user_features")
        return {row["user_id"]: row for row in rows}

    async def audit(self) -> Audit:
        return await audit(self.settings)
