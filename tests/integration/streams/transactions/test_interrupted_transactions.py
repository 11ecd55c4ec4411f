"""A worker's transaction ended by Postgres, by another session or by a setting."""

from __future__ import annotations

import asyncio
import time

import asyncpg
import pytest

from streams.features.kept_features import KeptFeatures
from streams.rows.row_topic import RowTopic
from tests.conditions import until
from tests.integration.streams.batches import Publisher, experiment
from tests.integration.streams.sessions import locked_experiment, worker_is_blocked, worker_of_its_own
from tests.integration.streams.store import USER_FEATURES, Database, Table, WorkerStandIn
from tests.integration.streams.transactions.faults_in_sql import attempts_made, fail_attempts


async def until_waiting(worker: WorkerStandIn) -> None:
    async def is_waiting() -> bool:
        return worker.persistence.outage is not None

    await until(is_waiting, "the worker says that it waits")


async def test_a_worker_that_is_the_victim_of_a_deadlock_tries_again(migrated: Database) -> None:
    kafka = Publisher()
    rows = [experiment(1, 7, [1]), experiment(2, 7, [1])]
    async with worker_of_its_own(migrated, deadlock_timeout="2s") as worker:
        await worker.apply(kafka.batch(*rows))
        async with locked_experiment(migrated) as hostile:
            task = asyncio.create_task(worker.apply(kafka.batch(*rows, published_ms=2000)))
            await until(lambda: worker_is_blocked(migrated), "the worker waits for experiment 2")
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
            await until_waiting(worker)
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
            await until(lambda: worker_is_blocked(migrated), "the worker waits for experiment 2")
            await migrated.pool.execute(
                f"SELECT {end}(pid) FROM pg_stat_activity WHERE application_name = 'worker'"  # noqa: S608
            )
            await until_waiting(worker)
        await task
    assert list(await migrated.features()) == [8]
    assert (await migrated.audit()).is_equal


class SlowTable(Table):
    """A table that takes its time once, in the middle of a transaction."""

    is_slow = True

    def stored(self, partition: int, keys: list[bytes]) -> list[bytes | None]:
        if self.is_slow:
            self.is_slow = False
            time.sleep(0.5)
        return super().stored(partition, keys)


async def test_a_worker_ended_while_idle_in_transaction_tries_again(migrated: Database) -> None:
    async with worker_of_its_own(migrated, idle_in_transaction_session_timeout="100ms") as worker:
        table = SlowTable()
        worker.topics["experiments"] = RowTopic(USER_FEATURES.rows, [KeptFeatures(table.states, table)])
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
        await until_waiting(worker)
        assert "read-only" in (worker.persistence.outage or "")
        await migrated.pool.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await asyncio.wait_for(task, 30)
    assert (await migrated.audit()).is_equal
