"""A migrated database and what a worker does to it, without Kafka and Faust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg
import pyarrow as pa
from faust.types import TP

from models.declaration.fingerprints import fingerprint
from models.declaration.in_force import model_named
from models.declaration.model import FeatureTable, Model
from models.settings.environment import Settings
from models.states.feature_states import FeatureStates
from models.states.few_groups import FewStates
from models.types.plain_values import FEW
from models.wire.keys import GroupKeys
from streams.features.kept_features import KeptFeatures
from streams.kafka.micro_batch import MicroBatch
from streams.offsets.start_offsets import read_start_offsets
from streams.postgres.pool import Connections
from streams.queries.audit import Audit, audit
from streams.rows.row_store import WORTH_COPYING
from streams.rows.row_topic import RowTopic
from streams.table.few_values import FewValues
from streams.table.state_codec import decoded, encoded
from streams.table.values import TableValues
from streams.transactions.retries import RetriedTransactions
from streams.transactions.transaction import Applied
from tests.integration.streams.batches import TOPIC_ID

LAB = model_named("models.lab")
USER_FEATURES = LAB.features[0]

Values = dict[bytes, bytes | None]


@dataclass
class Table:
    """Stands for the Faust table of one worker: what it last wrote, unless a test tampers with it."""

    features: FeatureTable = USER_FEATURES
    partitions: dict[int, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.states = FeatureStates(self.features)
        self.keys = GroupKeys(self.features)
        self.fingerprint = fingerprint(self.features)
        self.few = FewValues(self.states, self.fingerprint)

    def stored(self, partition: int, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        known = self.partitions.get(partition, {})
        return [known.get(key) for key in keys]

    def few_decoded(self, values: Sequence[bytes | None]) -> FewStates | None:
        return self.few.known(values)

    def few_values(self, keys: list[bytes], states: FewStates) -> TableValues:
        return self.few.table_values(keys, states)

    def decoded(self, groups: pa.RecordBatch, values: Sequence[bytes | None]) -> pa.RecordBatch:
        """The states that the values say, of these groups."""
        return decoded(pa.array(values, pa.binary()), self.states.unknown(groups), self.fingerprint)

    def values(self, states: pa.RecordBatch) -> TableValues:
        found = TableValues()
        written = encoded(states, self.fingerprint).to_pylist()
        kept = [value if rows else None for value, rows in zip(written, self.states.rows(states), strict=True)]
        found.add(self.keys.of(states), pa.array(kept, pa.binary()))
        return found


async def no_fault() -> None:
    """Postgres answers."""


class WorkerStandIn:
    """Applies batches as a worker does that keeps the tables of a model."""

    def __init__(self, connections: Connections, worth_copying: int = WORTH_COPYING, model: Model = LAB) -> None:
        # A worker that copies whatever there is keeps features by arrays, too.
        few_rows = FEW if worth_copying > 1 else 0
        self.tables = {features.name: Table(features) for features in model.features}
        self.persistence = RetriedTransactions(connections)
        self.topics = {
            rows.name: RowTopic(
                rows,
                [KeptFeatures(FeatureStates(table.features), table, few_rows) for table in self.tables.values()
                 if table.features.rows.name == rows.name],
                worth_copying,
            )
            for rows in model.rows
        }  # fmt: skip

    @property
    def table(self) -> Table:
        """What the lab's worker knows of users."""
        return self.tables[USER_FEATURES.name]

    async def apply(self, *run: MicroBatch, table_is_written: bool = True) -> Applied:
        async def committed(applied: Applied) -> None:
            for partition, tables in applied.table_values.items() if table_is_written else ():
                for name, values in tables.items():
                    self.tables[name].partitions.setdefault(partition, {}).update(values)

        return await self.persistence.apply(self.topics[run[0].topic], run, committed)


@dataclass
class Database:
    """The database of one test."""

    pool: asyncpg.Pool
    settings: Settings
    model: Model = LAB

    def worker(self, worth_copying: int = WORTH_COPYING) -> WorkerStandIn:
        return WorkerStandIn(Connections(self.pool, no_fault), worth_copying, self.model)

    async def start_partitions(self, count: int, topic: str = "experiments") -> None:
        async with self.pool.acquire() as connection:
            partitions = {TP(topic, number) for number in range(count)}
            await read_start_offsets(connection, partitions, {topic: TOPIC_ID})

    async def features(self) -> dict[int, asyncpg.Record]:
        rows = await self.pool.fetch("SELECT * FROM user_features")
        return {row["user_id"]: row for row in rows}

    async def audit(self) -> Audit:
        return await audit(self.settings)
