"""The transaction on a real Postgres, held against a plain model, whatever happens in whatever order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from models.sql.audit import compare_features
from streams.rows.row_store import WORTH_COPYING
from tests.integration.streams.ledger import Ledger, Publication, assert_stored, batch_of
from tests.integration.streams.store import USER_FEATURES, Database, WorkerStandIn

PARTITIONS = 2
REFUSED_USER = 13

RESET = """
DELETE FROM experiments; DELETE FROM user_features; DELETE FROM rejects;
UPDATE stream_offsets SET next_offset = 0, row_count = 0, feature_rows = '{}'
"""

RECORDS = st.lists(
    st.one_of(
        # Few ids, users, times: duplicates, corrections, moves, ties and late publications are common.
        st.builds(
            Publication,
            st.integers(1, 5),
            st.integers(1, 3) | st.integers(1, 3) | st.just(REFUSED_USER),
            st.lists(st.integers(1, 3), max_size=3).map(tuple),
            st.integers(0, 2) | st.just(10**15 - 1),
            st.integers(1, 4).map(lambda time: 1000 * time),
            st.integers(1, 2),
        ),
        st.sampled_from([b"no json", b"{}", b""]),
    ),
    min_size=1,
    max_size=6,
)

NUMBERS = {"worker": st.integers(0, 1), "partition": st.integers(0, PARTITIONS - 1)}


@dataclass
class World:
    """The logs of the partitions, the workers that read them, and what must be stored."""

    database: Database
    logs: list[list[Publication | bytes]] = field(default_factory=lambda: [[] for _ in range(PARTITIONS)])
    ledger: Ledger = field(default_factory=Ledger)
    rejected: set[tuple[int, int]] = field(default_factory=set)
    maybe_rejected: set[tuple[int, int]] = field(default_factory=set)
    lines: int = 0

    def __post_init__(self) -> None:
        # The first one copies whatever it takes for new, the other one upserts.
        self.workers = [self.database.worker(worth_copying) for worth_copying in (1, WORTH_COPYING)]
        self.kept = [dict(worker.table.partitions) for worker in self.workers]

    def append(self, partition: int, records: Sequence[Publication | bytes]) -> None:
        """Publish records; no two are of the same time, load and line."""
        log = self.logs[partition]
        start = len(log)
        for record in records:
            self.lines += 1
            log.append(record if isinstance(record, bytes) else replace(record, line=self.lines))
        rows = [record for record in log[start:] if isinstance(record, Publication)]
        self.ledger.publish(row for row in rows if row.user_id != REFUSED_USER)
        for offset, record in enumerate(log[start:], start):
            if isinstance(record, bytes):
                self.rejected.add((partition, offset))
            elif record.user_id == REFUSED_USER:
                # One that is replaced within its batch may never be shown to Postgres.
                replaced = any(row.experiment_id == record.experiment_id and row.order > record.order for row in rows)
                (self.maybe_rejected if replaced else self.rejected).add((partition, offset))

    async def deliver(
        self, worker: WorkerStandIn, partition: int, start: int, *, table_is_written: bool = True
    ) -> None:
        """Bring what stands in the log from an offset on."""
        log = self.logs[partition]
        if start < len(log):
            batch = batch_of(log[start:], partition, start)
            await worker.apply(batch, table_is_written=table_is_written)

    async def check(self) -> None:
        pool = self.database.pool
        await assert_stored(pool, self.ledger)
        rejects = Counter(
            (row["partition"], row["offset"]) for row in await pool.fetch('SELECT partition, "offset" FROM rejects')
        )
        assert set(rejects.values()) <= {1}
        assert self.rejected <= rejects.keys() <= self.rejected | self.maybe_rejected
        assert await pool.fetch(compare_features(USER_FEATURES), 1) == []


@dataclass(frozen=True)
class Publish:
    worker: int
    partition: int
    records: list[Publication | bytes]
    overlap: int = 0

    async def do(self, world: World) -> None:
        start = len(world.logs[self.partition])
        world.append(self.partition, self.records)
        await world.deliver(world.workers[self.worker], self.partition, max(0, start - self.overlap))


@dataclass(frozen=True)
class DieBeforeTheTableIsWritten(Publish):
    async def do(self, world: World) -> None:
        start = len(world.logs[self.partition])
        world.append(self.partition, self.records)
        await world.deliver(world.workers[self.worker], self.partition, start, table_is_written=False)


@dataclass(frozen=True)
class DeliverAgain:
    worker: int
    partition: int
    back: int

    async def do(self, world: World) -> None:
        start = max(0, len(world.logs[self.partition]) - self.back)
        await world.deliver(world.workers[self.worker], self.partition, start)


@dataclass(frozen=True)
class LoseTable:
    worker: int

    async def do(self, world: World) -> None:
        world.workers[self.worker].table.partitions.clear()


@dataclass(frozen=True)
class KeepTable:
    worker: int

    async def do(self, world: World) -> None:
        table = world.workers[self.worker].table
        world.kept[self.worker] = {number: dict(values) for number, values in table.partitions.items()}


@dataclass(frozen=True)
class PutKeptTableBack:
    worker: int

    async def do(self, world: World) -> None:
        kept = world.kept[self.worker]
        world.workers[self.worker].table.partitions = {number: dict(values) for number, values in kept.items()}


PUBLISHING = st.builds(Publish, records=RECORDS, overlap=st.integers(0, 4), **NUMBERS)
ACTIONS = st.one_of(
    PUBLISHING,
    PUBLISHING,
    PUBLISHING,
    st.builds(DieBeforeTheTableIsWritten, records=RECORDS, **NUMBERS),
    st.builds(DeliverAgain, back=st.integers(1, 8), **NUMBERS),
    st.builds(LoseTable, NUMBERS["worker"]),
    st.builds(KeepTable, NUMBERS["worker"]),
    st.builds(PutKeptTableBack, NUMBERS["worker"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(actions=st.lists(ACTIONS, min_size=3, max_size=12))
async def test_whatever_is_delivered_in_whatever_order_is_stored_once_and_counted_right(
    migrated: Database, actions: list[Publish | DeliverAgain | LoseTable | KeepTable | PutKeptTableBack]
) -> None:
    await migrated.pool.execute(RESET)
    await migrated.pool.execute(
        "ALTER TABLE experiments DROP CONSTRAINT IF EXISTS refused, "
        f"ADD CONSTRAINT refused CHECK (user_id <> {REFUSED_USER})"
    )
    world = World(migrated)
    for action in actions:
        await action.do(world)
        event(type(action).__name__)
        await world.check()
