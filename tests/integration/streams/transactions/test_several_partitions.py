"""Batches of several partitions in one transaction."""

from __future__ import annotations

import asyncio
import random

import pytest

from models.errors import StalePositionError
from streams.kafka.micro_batch import MicroBatch
from tests.conditions import until
from tests.integration.streams.batches import Publisher, deletion, experiment
from tests.integration.streams.ledger import Publication, batch_of
from tests.integration.streams.sessions import locked_experiment, worker_is_blocked, worker_of_its_own
from tests.integration.streams.store import Database
from tests.integration.streams.transactions.faults_in_sql import attempts_made, fail_attempts
from tests.integration.streams.transactions.test_transaction_properties import (
    PARTITIONS,
    REFUSED_USER,
    World,
)

ROUNDS = 60


async def transactions(database: Database) -> int:
    """How many transactions the offsets of the partitions were last moved by."""
    count: int = await database.pool.fetchval(
        "SELECT count(DISTINCT xmin::text) FROM stream_offsets WHERE next_offset > 0"
    )
    return count


async def offsets(database: Database) -> list[int]:
    rows = await database.pool.fetch("SELECT next_offset FROM stream_offsets WHERE topic = 'experiments' ORDER BY 1")
    return [row["next_offset"] for row in rows if row["next_offset"]]


def known_users(worker_table: dict[int, dict[bytes, bytes | None]]) -> dict[int, set[bytes]]:
    return {
        partition: {key for key, value in values.items() if value is not None}
        for partition, values in worker_table.items()
    }


async def test_each_partitions_groups_are_known_to_its_table_after_one_transaction(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    batches = [
        kafka.batch(experiment(1, 7, [1]), experiment(2, 8, [1]), partition=0),
        kafka.batch(experiment(3, 9, [2]), b"no row", partition=1),
        kafka.batch(experiment(4, 10, [3]), partition=2),
    ]
    applied = await worker.apply(*batches)
    assert (applied.rows, applied.records, applied.rejected) == (4, 5, 1)
    assert applied.next_offsets == {0: 2, 1: 2, 2: 1}
    assert await transactions(migrated) == 1
    assert known_users(worker.table.partitions) == {0: {b"7", b"8"}, 1: {b"9"}, 2: {b"10"}}
    more = [kafka.batch(experiment(11 + n, 7 + 2 * (n > 0) + (n > 1), [1]), partition=n) for n in range(3)]
    assert (await worker.apply(*more)).recomputed.total() == 0
    assert (await migrated.audit()).is_equal


async def test_a_row_on_two_partitions_of_a_transaction_counts_for_its_newest_user(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(
        kafka.batch(experiment(1, 7, [1]), experiment(2, 7, [1])), kafka.batch(experiment(3, 9, [2]), partition=1)
    )
    moved = kafka.batch(experiment(1, 9, [4]), partition=1, published_ms=3000)
    late = kafka.batch(experiment(1, 7, [5]), partition=0, published_ms=2000)
    applied = await worker.apply(late, moved)
    assert applied.recomputed.total() == 0
    features = await migrated.features()
    assert {user: row["total_experiments"] for user, row in features.items()} == {7: 1, 9: 2}
    assert known_users(worker.table.partitions) == {0: {b"7"}, 1: {b"9"}}
    assert (await migrated.audit()).is_equal


async def test_a_deletion_on_another_partition_of_a_transaction_counts(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1]), experiment(2, 7, [1])))
    applied = await worker.apply(
        kafka.batch(experiment(1, 7, [3]), published_ms=2000),
        kafka.batch(deletion(1), deletion(2), partition=1, published_ms=3000),
    )
    assert applied.rows == -2
    assert await migrated.features() == {}
    assert known_users(worker.table.partitions)[0] == set()
    assert (await migrated.audit()).is_equal


async def test_a_partition_that_is_ahead_is_left_out_and_keeps_its_offset(migrated: Database) -> None:
    first, second, kafka = migrated.worker(), migrated.worker(), Publisher()
    batches = [kafka.batch(experiment(n + 1, n + 5, [1]), partition=n) for n in (0, 1, 2)]
    await first.apply(batches[0])
    applied = await second.apply(*batches)
    assert (applied.rows, applied.next_offsets) == (2, {1: 1, 2: 1})
    assert (await second.apply(*batches)).next_offsets == {}
    assert await migrated.pool.fetchval("SELECT sum(row_count) FROM stream_offsets") == 3
    assert (await migrated.audit()).is_equal


async def test_beside_a_stale_partition_the_others_are_stored(migrated: Database) -> None:
    worker, kafka, again = migrated.worker(), Publisher(), Publisher()
    await worker.apply(*(kafka.batch(experiment(n + 1, n + 5, [1]), partition=n) for n in (0, 1, 2)))
    await migrated.pool.execute("UPDATE stream_offsets SET next_offset = 0 WHERE partition = 1")
    with pytest.raises(StalePositionError, match=r"experiments\[1\]"):
        await worker.apply(*(kafka.batch(experiment(n + 11, n + 5, [2]), partition=n) for n in (0, 1, 2)))
    assert await offsets(migrated) == [2, 2]
    assert (await migrated.audit()).is_equal
    assert (await migrated.worker().apply(again.batch(experiment(2, 6, [1]), partition=1))).rows == 0


async def test_a_refused_row_is_rejected_and_all_others_of_its_transaction_are_stored(migrated: Database) -> None:
    await migrated.pool.execute("ALTER TABLE experiments ADD CHECK (user_id <> 13)")
    worker, kafka = migrated.worker(), Publisher()
    applied = await worker.apply(
        kafka.batch(experiment(1, 7, [1])),
        kafka.batch(experiment(2, 8, [1]), experiment(3, 13, [1]), experiment(4, 9, [1]), partition=1),
        kafka.batch(experiment(5, 10, [1]), partition=2),
    )
    assert (applied.rows, applied.rejected, applied.next_offsets) == (4, 1, {0: 1, 1: 3, 2: 1})
    rejects = await migrated.pool.fetch('SELECT partition, "offset" FROM rejects')
    assert [tuple(row) for row in rejects] == [(1, 1)]
    assert known_users(worker.table.partitions) == {0: {b"7"}, 1: {b"8", b"9"}, 2: {b"10"}}
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("code", ["40P01", "40001", "57014"])
async def test_after_a_conflict_or_an_outage_all_partitions_are_stored_once(migrated: Database, code: str) -> None:
    await fail_attempts(migrated.pool, code, 1, user=7)
    worker, kafka = migrated.worker(), Publisher()
    applied = await worker.apply(
        kafka.batch(experiment(1, 7, [1])), kafka.batch(experiment(2, 7, [1]), experiment(3, 8, [1]), partition=1)
    )
    assert (applied.rows, await offsets(migrated)) == (3, [1, 2])
    assert await attempts_made(migrated.pool) >= 2
    assert (await migrated.audit()).is_equal


async def test_a_session_ended_in_mid_transaction_leaves_nothing_of_any_partition(migrated: Database) -> None:
    kafka = Publisher()
    async with worker_of_its_own(migrated) as worker:
        await worker.apply(kafka.batch(experiment(2, 7, [1])))
        async with locked_experiment(migrated):
            batches = [
                kafka.batch(experiment(5, 9, [1]), partition=0),
                kafka.batch(experiment(2, 8, [1]), partition=1, published_ms=2000),
            ]
            task = asyncio.create_task(worker.apply(*batches))
            await until(lambda: worker_is_blocked(migrated), "the worker waits for experiment 2")
            await migrated.pool.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker'"
            )

            async def is_waiting() -> bool:
                return worker.persistence.outage is not None

            await until(is_waiting, "the worker says that it waits")
            assert await offsets(migrated) == [1]
        await task
    assert await offsets(migrated) == [1, 2]
    assert set(await migrated.features()) == {8, 9}
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("seed", range(3))
async def test_random_histories_of_shared_transactions_end_right(migrated: Database, seed: int) -> None:
    draw = random.Random(seed)
    await migrated.pool.execute(f"ALTER TABLE experiments ADD CHECK (user_id <> {REFUSED_USER})")
    world = World(migrated)
    for _ in range(ROUNDS):
        batches: list[MicroBatch] = []
        for partition in sorted(draw.sample(range(PARTITIONS), draw.randint(1, PARTITIONS))):
            start = len(world.logs[partition])
            world.append(partition, [_record(draw) for _ in range(draw.randint(1, 4))])
            first = max(0, start - draw.choice([0, 0, 0, 2]))
            batches.append(batch_of(world.logs[partition][first:], partition, first))
        await draw.choice(world.workers).apply(*batches, table_is_written=draw.random() < 0.9)
        await world.check()


def _record(draw: random.Random) -> Publication | bytes:
    if draw.random() < 0.05:
        return draw.choice([b"no json", b"{}", b""])
    user = REFUSED_USER if draw.random() < 0.02 else draw.randint(1, 4)
    compounds = tuple(draw.randint(1, 3) for _ in range(draw.randint(0, 3)))
    return Publication(
        draw.randint(1, 8), user, compounds, draw.randint(0, 2), 1000 * draw.randint(1, 6), draw.randint(1, 2)
    )
