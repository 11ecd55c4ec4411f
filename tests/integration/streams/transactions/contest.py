"""Workers that apply one batch each, over the same users at the same time, in every order of their statements."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import pyarrow as pa
import pyarrow.compute as pc

from models.sql import rows as row_statements
from models.sql.audit import compare_features
from models.sql.names import tables_of
from models.states.feature_states import VERSION
from streams.postgres import transaction
from streams.postgres.composite_types import take_rows_of
from streams.rows.row_store import WORTH_COPYING
from streams.transactions import deletion_statements
from streams.transactions.retries import RetriedTransactions
from tests.integration.streams.ledger import Ledger, Publication, assert_stored, batch_of
from tests.integration.streams.store import LAB, USER_FEATURES, Table, Values, WorkerStandIn
from tests.integration.streams.transactions.interleaving import (
    Choose,
    OneConnection,
    Run,
    SteppedConnection,
    interleave,
)

TABLES = ("known", "lost", "stale")
"""What a worker's table holds of the users: their rows' values, nothing, or values of older rows."""

RESET = """
DELETE FROM experiments; DELETE FROM user_features;
UPDATE stream_offsets SET next_offset = 0, row_count = 0, feature_rows = '{}'
"""

OUTPUTS = (
    "total_experiments", "total_run_time", "total_compounds", "top_compound_id", "top_compound_count",
    "tied_compound_ids",
)  # fmt: skip

SETTINGS = {"jit": "off", "deadlock_timeout": "20ms", "synchronous_commit": "off"}

FREE = frozenset(
    {
        transaction.BEGIN,
        transaction.SAVEPOINT,
        transaction.UNDO,
        transaction.RELEASE,
        row_statements.has_deletions(USER_FEATURES.rows),
        deletion_statements.LOCK_TO_PUBLISH,
    }
)
"""These touch rows of the worker's own, or that none changes here: when they run makes no difference to the other."""

AUDIT = compare_features(USER_FEATURES).replace("$1", "10")


@dataclass(frozen=True)
class Scenario:
    """What is stored first, one batch for each worker, and what each worker's table knows."""

    before: Sequence[Publication]
    batches: Sequence[Sequence[Publication]]
    tables: Sequence[str]
    worth_copying: int = WORTH_COPYING
    """From so many rows on, batches are copied."""


@dataclass
class Contest:
    """The database and a connection for each worker."""

    monitor: asyncpg.Connection
    connections: Sequence[asyncpg.Connection]
    attempts: int = 0
    schedules: int = 0

    @property
    def conflicts(self) -> int:
        """How often a transaction was ended by Postgres and tried again."""
        return self.attempts - self.schedules * len(self.connections)

    async def run(self, scenario: Scenario, choose: Choose) -> None:
        """Run one schedule, and check everything that must hold during it and after it."""
        await self.monitor.execute(RESET)
        before = WorkerStandIn(OneConnection(self.monitor))  # type: ignore[arg-type]  # as far as it is used
        values = await self._store_before(before, scenario)
        workers = [
            WorkerStandIn(OneConnection(connection), scenario.worth_copying)  # type: ignore[arg-type]  # as above
            for connection in self.connections
        ]
        runs = []
        for number, (worker, table, records) in enumerate(
            zip(workers, scenario.tables, scenario.batches, strict=True), start=1
        ):
            worker.table.partitions[number] = dict(values[table])
            runs.append(self._run(worker, self.connections[number - 1], records, number))
        await interleave(runs, self.monitor, choose, self._assert_audit)
        self.schedules += 1
        ledger = Ledger()
        for records in (scenario.before, *scenario.batches):
            ledger.publish(records)
        versions = await assert_stored(self.monitor, ledger)
        for number, worker in enumerate(workers, start=1):
            _assert_believable(worker, number, versions, ledger)

    async def _store_before(self, worker: WorkerStandIn, scenario: Scenario) -> dict[str, Values]:
        await worker.apply(batch_of(scenario.before, 0, 0))
        known = dict(worker.table.partitions[0])
        stale = _older(worker.table, known)
        return {"known": known, "lost": {}, "stale": stale}

    def _run(
        self, worker: WorkerStandIn, connection: asyncpg.Connection, records: Sequence[Publication], number: int
    ) -> Run:
        async def work(turn: Callable[[], Awaitable[None]]) -> object:
            pool = OneConnection(SteppedConnection(connection, turn, FREE))  # type: ignore[arg-type]
            worker.persistence = RetriedTransactions(pool)  # type: ignore[arg-type]
            try:
                return await worker.apply(batch_of(records, number, 0))
            finally:
                self.attempts += pool.acquired

        return Run(connection.get_server_pid(), work)

    async def _assert_audit(self) -> None:
        assert await self.monitor.fetch(AUDIT) == []


def _assert_believable(worker: WorkerStandIn, number: int, versions: dict[int, int], ledger: Ledger) -> None:
    """A value with the version of the row is the row's: the next batch will build on it."""
    features, table = ledger.features(), worker.table
    states = _states(table, table.partitions[number])
    for version, row in zip(states[VERSION].to_pylist(), table.states.outputs(states).to_pylist(), strict=True):
        if version and version == versions.get(row["user_id"]):
            assert tuple(row[name] for name in OUTPUTS) == features[row["user_id"]]


def _states(table: Table, values: Values) -> pa.RecordBatch:
    """What a worker's table says of users."""
    groups = pa.record_batch({"user_id": pa.array([int(key) for key in values], pa.int64())})
    return table.decoded(groups, list(values.values()))


def _older(table: Table, known: Values) -> Values:
    """Values of older rows: of another version, with one experiment more."""
    states = _states(table, known)
    changed = [VERSION, states.schema.names[states.schema.names.index(VERSION) + 1]]
    for name, by in zip(changed, (-1, 1), strict=True):
        states = states.set_column(states.schema.get_field_index(name), name, pc.add(states[name], by))
    return dict(table.values(states))


@asynccontextmanager
async def contest(url: str, workers: int, **settings: str) -> AsyncIterator[Contest]:
    connections = []
    try:
        for _ in range(workers + 1):
            connection = await asyncpg.connect(url, server_settings=SETTINGS | settings)
            await take_rows_of(connection, tables_of(LAB))
            connections.append(connection)
        yield Contest(connections[0], connections[1:])
    finally:
        for connection in connections:
            await connection.close()


def random_schedules(draw: random.Random) -> Iterator[Choose]:
    while True:
        yield draw.randrange


@dataclass
class RandomScenarios:
    """Batches of a few experiments between a few users, so that nearly all touch each other."""

    draw: random.Random
    workers: int = 2
    publications: int = field(default=0, init=False)

    def next(self) -> Scenario:
        self.publications = 0
        before = [self._publication(number) for number in self.draw.sample(range(1, 5), self.draw.randint(1, 4))]
        batches = [[self._publication() for _ in range(self.draw.randint(1, 3))] for _ in range(self.workers)]
        tables = [self.draw.choice(TABLES) for _ in batches]
        return Scenario(before, batches, tables, self.draw.choice([1, WORTH_COPYING]))

    def _publication(self, experiment_id: int | None = None) -> Publication:
        self.publications += 1
        return Publication(
            experiment_id or self.draw.randint(1, 6),
            self.draw.randint(1, 3),
            tuple(self.draw.randint(1, 2) for _ in range(self.draw.randint(0, 2))),
            self.draw.choice([1000, 2000]),
            # Any order of publication, but no two alike.
            self.draw.randint(1, 3) if experiment_id is None else 2,
            line=self.publications,
        )
