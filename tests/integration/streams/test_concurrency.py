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

from streams import array_codec
from streams.features import Aggregates
from tests.conditions import until
from tests.integration.streams.batches import Publisher, experiment
from tests.integration.streams.faults_in_sql import attempts_made, fail_attempts
from tests.integration.streams.ledger import Ledger, Publication, assert_stored, batch_of
from tests.integration.streams.store import Database, Table, WorkerStandIn

WORKERS = 4
ROUNDS = 40
EXPERIMENTS = 30
USERS = 8
DEADLOCKS = 15

BLOCKED = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'worker'
"""


@asynccontextmanager
async def worker_of_its_own(database: Database, **settings: str) -> AsyncIterator[WorkerStandIn]:
    """A worker whose sessions have these settings."""
    pool = await asyncpg.create_pool(
        database.settings.database_url,
        min_size=1,
        max_size=1,
        init=array_codec.use_on,
        server_settings={"jit": "off", "application_name": "worker"} | settings,
    )
    try:
        yield WorkerStandIn(pool)
    finally:
        await pool.close()


class Load:
    """Random batches, all of them moves and corrections of the same few experiments."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._lines = count(1)
        self.ledger = Ledger()

    def batches(self, partition: int, rounds: int) -> Iterable[list[Publication]]:
        draw = random.Random(partition)
        for _ in range(rounds):
            records = [self._publication(draw) for _ in range(draw.randint(1, 12))]
            self.ledger.publish(records)
            yield records

    def _publication(self, draw: random.Random) -> Publication:
        compounds = tuple(draw.randint(1, 4) for _ in range(draw.randint(0, 3)))
        # The newest is not the last one consumed.
        time = draw.randint(1, 10**6)
        return Publication(
            draw.randint(1, EXPERIMENTS), draw.randint(1, USERS), compounds, draw.randint(0, 9999), time, 1, next(self._lines)
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
    found: int = await database.pool.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
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
    load = Load(1)
    async with audited(migrated) as audits:
        workers = [apply_all(migrated.worker(), load, partition) for partition in range(WORKERS)]
        await asyncio.gather(*workers)
        await until(lambda: _is(len(audits) > 3), "some audits")
    assert all(audits)
    await assert_stored(migrated.pool, load.ledger)
    assert (await migrated.audit()).is_equal


async def _is(value: bool) -> bool:  # noqa: FBT001  # the condition itself
    return value


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
    load = Load(2)
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

    async def enough() -> bool:
        return await deadlocks(migrated) >= DEADLOCKS

    try:
        async with worker_of_its_own(migrated, deadlock_timeout="20ms") as first:
            async with worker_of_its_own(migrated, deadlock_timeout="20ms") as second:
                before = time.monotonic()
                rounds = 0
                position = {0: 0, 1: 0}
                while not await enough() or rounds < 3:
                    assert time.monotonic() - before < 60
                    rounds += 1
                    await asyncio.gather(
                        *(_apply_some(worker, load, number, position) for number, worker in enumerate((first, second)))
                    )
                    await migrated.pool.execute("SELECT pg_stat_force_next_flush()")
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


@asynccontextmanager
async def locked_experiment(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Experiment 2 of user 7, locked by another session."""
    connection = await asyncpg.connect(database.settings.database_url, server_settings={"deadlock_timeout": "60s"})
    try:
        async with connection.transaction():
            await connection.execute("SELECT 1 FROM experiments WHERE experiment_id = 2 FOR UPDATE")
            yield connection
    finally:
        await connection.close()


async def _is_blocked(database: Database) -> bool:
    return bool(await database.pool.fetchval(BLOCKED))


async def test_a_worker_that_is_the_victim_of_a_deadlock_tries_again(migrated: Database) -> None:
    kafka = Publisher()
    rows = [experiment(1, 7, [1]), experiment(2, 7, [1])]
    async with worker_of_its_own(migrated, deadlock_timeout="2s") as worker:
        await worker.apply(kafka.batch(*rows))
        async with locked_experiment(migrated) as hostile:
            task = asyncio.create_task(worker.apply(kafka.batch(*rows, published_ms=2000)))
            await until(lambda: _is_blocked(migrated), "the worker waits for experiment 2")
            # Returns when the worker was ended: it is the one that holds experiment 1.
            await hostile.execute("SELECT 1 FROM experiments WHERE experiment_id = 1 FOR UPDATE")
        await task
        assert worker.persistence.outage is None
    published = await migrated.pool.fetchval("SELECT min(published_at) FROM experiments")
    assert published.timestamp() == 2
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("setting", ["lock_timeout", "statement_timeout", "transaction_timeout"])
async def test_a_worker_that_is_not_let_wait_waits_and_tries_again(migrated: Database, setting: str) -> None:
    kafka = Publisher()
    async with worker_of_its_own(migrated, **{setting: "500ms"}) as worker:
        await worker.apply(kafka.batch(experiment(2, 7, [1])))
        async with locked_experiment(migrated):
            task = asyncio.create_task(worker.apply(kafka.batch(experiment(2, 8, [1]), published_ms=2000)))
            await until(lambda: _is(worker.persistence.outage is not None), "the worker says that it waits")
            assert not task.done()
        await task
        assert worker.persistence.outage is None
    assert list(await migrated.features()) == [8]
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("end", ["pg_terminate_backend", "pg_cancel_backend"])
async def test_a_worker_whose_session_is_ended_in_mid_transaction_tries_again(migrated: Database, end: str) -> None:
    kafka = Publisher()
    async with worker_of_its_own(migrated) as worker:
        await worker.apply(kafka.batch(experiment(2, 7, [1])))
        async with locked_experiment(migrated):
            task = asyncio.create_task(worker.apply(kafka.batch(experiment(2, 8, [1]), published_ms=2000)))
            await until(lambda: _is_blocked(migrated), "the worker waits for experiment 2")
            await migrated.pool.execute(
                f"SELECT {end}(pid) FROM pg_stat_activity WHERE application_name = 'worker'"  # noqa: S608
            )
            await until(lambda: _is(worker.persistence.outage is not None), "the worker says that it waits")
        await task
    assert list(await migrated.features()) == [8]
    assert (await migrated.audit()).is_equal


class SlowTable(Table):
    """A table that takes its time once, in the middle of a transaction."""

    is_slow = True

    def known(self, partition: int, users: Iterable[int]) -> Aggregates:
        if self.is_slow:
            self.is_slow = False
            time.sleep(0.5)
        return super().known(partition, users)


async def test_a_worker_ended_while_idle_in_transaction_tries_again(migrated: Database) -> None:
    async with worker_of_its_own(migrated, idle_in_transaction_session_timeout="100ms") as worker:
        table = SlowTable()
        worker.experiments._table = table  # noqa: SLF001  # what the worker knows
        await worker.apply(Publisher().batch(experiment(1, 7, [1])))
        assert not table.is_slow
    assert list(await migrated.features()) == [7]
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("code", ["40001", "40P01", "08006", "53100", "53200", "55P03", "57014", "25006", "58030"])
async def test_what_passes_is_tried_again_until_it_has_passed(migrated: Database, code: str) -> None:
    await fail_attempts(migrated.pool, code, 1, user=7)
    worker = migrated.worker()
    assert (await worker.apply(Publisher().batch(experiment(1, 7, [1])))).rows == 1
    assert await attempts_made(migrated.pool) == 2
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("code", ["XX000", "42P01", "0A000"])
async def test_what_does_not_pass_is_raised_and_nothing_is_stored(migrated: Database, code: str) -> None:
    await fail_attempts(migrated.pool, code, 1, user=7)
    worker, kafka = migrated.worker(), Publisher()
    with pytest.raises(asyncpg.PostgresError, match="made to fail"):
        await worker.apply(kafka.batch(experiment(1, 7, [1])))
    assert await migrated.pool.fetchval("SELECT count(*) FROM experiments") == 0


async def test_a_session_that_began_with_settings_since_put_back_is_not_used_again(migrated: Database) -> None:
    name = migrated.settings.database_url.rsplit("/", 1)[1]
    await migrated.pool.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    async with worker_of_its_own(migrated) as worker:
        task = asyncio.create_task(worker.apply(Publisher().batch(experiment(1, 7, [1]))))
        await until(lambda: _is(worker.persistence.outage is not None), "the worker says that it waits")
        assert "read-only" in (worker.persistence.outage or "")
        await migrated.pool.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await asyncio.wait_for(task, 30)
    assert (await migrated.audit()).is_equal
