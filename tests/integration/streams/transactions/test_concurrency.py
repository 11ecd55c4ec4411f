"""Workers and hostile sessions on the same rows at the same time."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import count

import asyncpg
import pytest

from tests.conditions import until
from tests.integration.streams.ledger import Ledger, Publication, assert_stored, batch_of
from tests.integration.streams.sessions import worker_of_its_own
from tests.integration.streams.store import Database, WorkerStandIn

WORKERS = 4
ROUNDS = 40
EXPERIMENTS = 30
USERS = 8
DEADLOCKS = 15


class Load:
    """Random batches, all of them moves and corrections of the same few experiments."""

    def __init__(self) -> None:
        self._lines = count(1)
        self.ledger = Ledger()

    def batches(self, seed: int, rounds: int) -> Iterable[list[Publication]]:
        draw = random.Random(seed)
        for _ in range(rounds):
            records = [self._publication(draw) for _ in range(draw.randint(1, 12))]
            self.ledger.publish(records)
            yield records

    def _publication(self, draw: random.Random) -> Publication:
        compounds = tuple(draw.randint(1, 4) for _ in range(draw.randint(0, 3)))
        # The newest is not the last one consumed.
        time = draw.randint(1, 10**6)
        return Publication(
            draw.randint(1, EXPERIMENTS),
            draw.randint(1, USERS),
            compounds,
            draw.randint(0, 9999),
            time,
            1,
            next(self._lines),
        )


async def apply_all(worker: WorkerStandIn, load: Load, partition: int, rounds: int = ROUNDS) -> None:
    draw, start = random.Random(100 + partition), 0
    for records in load.batches(partition, rounds):
        known = dict(worker.table.partitions.get(partition, {}))
        await worker.apply(batch_of(records, partition, start))
        start += len(records)
        # As after a crash or a rebalance: the table is behind, or lost.
        chance = draw.random()
        if chance < 0.2:
            worker.table.partitions[partition] = known
        elif chance < 0.3:
            worker.table.partitions[partition] = {}


async def deadlocks(database: Database) -> int:
    found: int = await database.pool.fetchval(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    return found


@asynccontextmanager
async def audited(database: Database) -> AsyncIterator[list[bool]]:
    """Audit again and again meanwhile."""
    audits: list[bool] = []

    async def keep_auditing() -> None:
        while True:
            audits.append((await database.audit()).is_equal)

    task = asyncio.create_task(keep_auditing())
    try:
        yield audits
    finally:
        task.cancel()


async def test_workers_on_the_same_users_leave_right_features_at_any_moment(migrated: Database) -> None:
    load = Load()
    async with audited(migrated) as audits:
        workers = [apply_all(migrated.worker(), load, partition) for partition in range(WORKERS)]
        await asyncio.gather(*workers)

        async def some_audits() -> bool:
            return len(audits) > 3

        await until(some_audits, "some audits")
    assert all(audits)
    await assert_stored(migrated.pool, load.ledger)
    assert (await migrated.audit()).is_equal


class HostileSession:
    """Locks two rows of a table in descending order, where workers lock in ascending order."""

    def __init__(self, connection: asyncpg.Connection, table: str, key: str, ids: Sequence[int]) -> None:
        self._connection = connection
        self._lock = f"SELECT 1 FROM {table} WHERE {key} = $1 FOR UPDATE"  # noqa: S608  # a test's own names
        self._ids = ids

    async def keep_locking(self) -> None:
        draw = random.Random(3)
        while True:
            try:
                async with self._connection.transaction():
                    for number in sorted(draw.sample(self._ids, 3), reverse=True):
                        await self._connection.execute(self._lock, number)
                        await asyncio.sleep(0.002)
            except asyncpg.DeadlockDetectedError:
                continue


@pytest.mark.parametrize("victim", ["worker", "either"])
async def test_deadlocks_made_on_purpose_are_survived(migrated: Database, victim: str) -> None:
    load = Load()
    # Who waits for a lock longer than this looks for a deadlock, once, and is ended if there is one.
    patience = "500ms" if victim == "worker" else "20ms"
    hostile = [
        await asyncpg.connect(migrated.settings.database_url, server_settings={"deadlock_timeout": patience})
        for _ in range(2)
    ]
    sessions = [
        HostileSession(hostile[0], "experiments", "experiment_id", range(1, EXPERIMENTS + 1)),
        HostileSession(hostile[1], "user_features", "user_id", range(1, USERS + 1)),
    ]
    locking = [asyncio.create_task(session.keep_locking()) for session in sessions]

    try:
        async with (
            worker_of_its_own(migrated, deadlock_timeout="20ms") as first,
            worker_of_its_own(migrated, deadlock_timeout="20ms") as second,
        ):
            end = time.monotonic() + 60
            position = {0: 0, 1: 0}
            while await deadlocks(migrated) < DEADLOCKS:
                assert time.monotonic() < end, "not enough deadlocks"
                await asyncio.gather(
                    *(_apply_some(worker, load, number, position) for number, worker in enumerate((first, second)))
                )
    finally:
        for task in locking:
            task.cancel()
        for connection in hostile:
            await connection.close()
    print(f"{await deadlocks(migrated)} deadlocks, victim: {victim}")
    await assert_stored(migrated.pool, load.ledger)
    assert (await migrated.audit()).is_equal


async def _apply_some(worker: WorkerStandIn, load: Load, partition: int, position: dict[int, int]) -> None:
    for records in load.batches(partition + 10 * position[partition], 10):
        await worker.apply(batch_of(records, partition, position[partition]))
        position[partition] += len(records)
