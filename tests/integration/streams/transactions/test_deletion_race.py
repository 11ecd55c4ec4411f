from __future__ import annotations

import asyncio

import pytest

from streams.kafka.micro_batch import MicroBatch
from tests.conditions import until
from tests.integration.streams.batches import Publisher, deletion, experiment
from tests.integration.streams.store import Database, WorkerStandIn
from tests.integration.streams.transactions.interleaving import HeldBeforeCommit


async def applied_beside(migrated: Database, held: MicroBatch, other: MicroBatch) -> None:
    """Apply the other batch while the transaction of the held one is open; it must wait for it."""
    first, second = migrated.worker(), migrated.worker()
    async with migrated.pool.acquire() as connection:
        gate = HeldBeforeCommit(connection)
        async with gate.holding(first.topics["experiments"].apply(gate.connection, [held], {})):  # type: ignore[arg-type]
            waiting = asyncio.create_task(second.apply(other))

            async def is_waiting() -> bool:
                query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                return bool(await migrated.pool.fetchval(query))

            await until(is_waiting, "the other transaction waits")
            assert not waiting.done()
    await waiting


@pytest.mark.parametrize("deletion_first", [True, False])
@pytest.mark.parametrize("is_stored", [True, False])
async def test_an_older_publication_beside_its_deletion_does_not_stay(
    migrated: Database, *, deletion_first: bool, is_stored: bool
) -> None:
    kafka = Publisher()
    if is_stored:
        await migrated.worker().apply(kafka.batch(experiment(1, 7, [1]), published_ms=500))
    publication = kafka.batch(experiment(1, 8, [2]), experiment(2, 8, [3]), published_ms=1000, partition=1)
    deleting = kafka.batch(deletion(1), published_ms=2000, partition=2)
    await applied_beside(migrated, *((deleting, publication) if deletion_first else (publication, deleting)))
    assert [row["experiment_id"] for row in await migrated.pool.fetch("SELECT * FROM experiments")] == [2]
    assert list(await migrated.features()) == [8]
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("deletion_first", [True, False])
async def test_a_newer_publication_beside_a_deletion_stays(migrated: Database, *, deletion_first: bool) -> None:
    kafka = Publisher()
    publication = kafka.batch(experiment(1, 8, [2]), published_ms=3000, partition=1)
    deleting = kafka.batch(deletion(1), published_ms=2000, partition=2)
    await applied_beside(migrated, *((deleting, publication) if deletion_first else (publication, deleting)))
    assert list(await migrated.features()) == [8]
    assert (await migrated.audit()).is_equal


async def test_batches_without_deletions_do_not_wait_for_each_other(migrated: Database) -> None:
    kafka = Publisher()
    async with migrated.pool.acquire() as connection:
        gate = HeldBeforeCommit(connection)
        held = kafka.batch(experiment(1, 7, [1]), partition=0)
        applying = migrated.worker().topics["experiments"].apply(gate.connection, [held], {})  # type: ignore[arg-type]
        async with gate.holding(applying):
            await asyncio.wait_for(migrated.worker().apply(kafka.batch(experiment(2, 8, [1]), partition=1)), 30)
    assert (await migrated.audit()).is_equal


async def test_workers_that_publish_and_delete_the_same_ids_at_once_end_right(migrated: Database) -> None:
    kafka = Publisher()
    workers: list[WorkerStandIn] = [migrated.worker() for _ in range(4)]

    async def run(worker: WorkerStandIn, batches: list[MicroBatch]) -> None:
        for batch in batches:
            await worker.apply(batch)

    def batches(partition: int) -> list[MicroBatch]:
        # Of each id the newest is a deletion where the id is even: time 1000 · (1 + id % 8), partition by partition.
        found = []
        for turn in range(8):
            values = [
                deletion(number)
                if turn == 7 and number % 2 == 0
                else experiment(number, number % 5 + partition + 1, [turn + 1])
                for number in range(1, 61)
                if (number + turn) % 4 == partition
            ]
            found.append(kafka.batch(*values, published_ms=1000 * (turn + 1), partition=partition))
        return found

    await asyncio.gather(*(run(worker, batches(partition)) for partition, worker in enumerate(workers)))
    rows = await migrated.pool.fetch("SELECT experiment_id, experiment_compound_ids FROM experiments ORDER BY 1")
    assert [(row["experiment_id"], row["experiment_compound_ids"]) for row in rows] == [
        (number, [8]) for number in range(1, 61, 2)
    ]
    assert (await migrated.audit()).is_equal
