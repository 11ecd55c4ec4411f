from __future__ import annotations

import itertools

import pytest

from tests.integration.streams.batches import Publisher, deletion, experiment
from tests.integration.streams.store import Database


async def test_a_deleted_experiment_counts_no_more(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1, 1], 5), experiment(2, 7, [2], 7)))
    applied = await worker.apply(kafka.batch(deletion(1), published_ms=2000))
    assert (applied.rows, applied.rejected) == (-1, 0)
    [row] = (await migrated.features()).values()
    assert (row["total_experiments"], row["total_run_time"], row["tied_compound_ids"]) == (1, 7, [2])
    assert (await migrated.audit()).is_equal


async def test_a_user_whose_last_experiment_is_deleted_has_no_feature_row(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1]), experiment(2, 8, [1])))
    applied = await worker.apply(kafka.batch(deletion(1), published_ms=2000))
    assert applied.more_groups["user_features"] == -1
    assert list(await migrated.features()) == [8]
    assert worker.table.partitions[0][b"7"] is None
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("partition", [0, 1])
async def test_an_older_publication_that_comes_late_stays_deleted(migrated: Database, partition: int) -> None:
    worker, late, kafka = migrated.worker(), migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1]), published_ms=2000))
    await worker.apply(kafka.batch(deletion(1), published_ms=3000))
    rows = [experiment(1, 7, [1]), experiment(2, 7, [1])]
    await late.apply(kafka.batch(*rows, published_ms=1000, partition=partition))
    assert [row["experiment_id"] for row in await migrated.pool.fetch("SELECT * FROM experiments")] == [2]
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("partition", [0, 1])
async def test_a_newer_publication_brings_a_deleted_experiment_back(migrated: Database, partition: int) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1]), published_ms=1000))
    await worker.apply(kafka.batch(deletion(1), published_ms=2000))
    applied = await worker.apply(kafka.batch(experiment(1, 7, [5]), published_ms=3000, partition=partition))
    assert (applied.rows, applied.more_groups["user_features"]) == (1, 1)
    assert (await migrated.features())[7]["top_compound_id"] == 5
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("partition", [0, 1])
async def test_a_deletion_older_than_the_row_does_nothing(migrated: Database, partition: int) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1]), published_ms=3000))
    before = await migrated.features()
    applied = await worker.apply(kafka.batch(deletion(1), published_ms=2000, partition=partition))
    assert (applied.rows, applied.more_groups["user_features"]) == (0, 0)
    assert await migrated.features() == before
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("deleted_last", [True, False])
async def test_the_later_line_of_one_batch_decides(migrated: Database, *, deleted_last: bool, is_known: bool) -> None:
    worker, kafka = migrated.worker(), Publisher()
    if is_known:
        await worker.apply(kafka.batch(experiment(1, 7, [1]), published_ms=500))
    events = [experiment(1, 8, [2]), deletion(1)]
    await worker.apply(kafka.batch(*(events if deleted_last else events[::-1])))
    assert list(await migrated.features()) == ([] if deleted_last else [8])
    assert (await migrated.audit()).is_equal


async def test_every_order_of_consumption_ends_in_the_same_rows(migrated: Database) -> None:
    events = [(1000, experiment(1, 7, [1])), (2000, deletion(1)), (3000, experiment(1, 8, [2])), (4000, deletion(1))]
    worker, kafka = migrated.worker(), Publisher()
    for kept in (2, 3, 4):
        for order in itertools.permutations(range(kept)):
            await migrated.pool.execute("TRUNCATE experiments, user_features, deletions")
            await migrated.pool.execute("UPDATE stream_offsets SET row_count = 0, feature_rows = '{}'")
            worker.table.partitions.clear()
            for index in order:
                published_ms, value = events[index]
                await worker.apply(kafka.batch(value, published_ms=published_ms, partition=index))
            assert list(await migrated.features()) == ([8] if kept == 3 else []), order
            assert (await migrated.audit()).is_equal, order


async def test_a_deletion_sent_twice_or_of_an_unknown_id_changes_nothing_more(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1]), experiment(2, 7, [1])))
    batch = kafka.batch(deletion(1), deletion(1), deletion(99), published_ms=2000)
    assert (await worker.apply(batch)).rows == -1
    before = await migrated.features()
    assert (await worker.apply(batch)).rows == 0
    assert (await worker.apply(kafka.batch(deletion(1), published_ms=2000))).rows == 0
    assert await migrated.features() == before
    assert await migrated.pool.fetchval("SELECT count(*) FROM deletions WHERE topic = 'experiments'") == 2
    assert (await migrated.audit()).is_equal


async def test_what_an_unknown_deletion_names_stays_away_when_it_comes_late(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(deletion(1), published_ms=2000))
    assert (await worker.apply(kafka.batch(experiment(1, 7, [1]), published_ms=1000))).rows == 0
    assert await migrated.features() == {}
    assert (await migrated.audit()).is_equal


async def test_an_older_deletion_does_not_replace_a_newer_one(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(deletion(1), published_ms=3000))
    await worker.apply(kafka.batch(deletion(1), published_ms=1000, partition=1))
    assert (await worker.apply(kafka.batch(experiment(1, 7, [1]), published_ms=2000))).rows == 0
    assert (await migrated.audit()).is_equal


async def test_a_deletion_on_another_partition_leaves_that_partitions_table_to_its_own_users(
    migrated: Database,
) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1]), experiment(2, 7, [1])))
    await worker.apply(kafka.batch(deletion(1), experiment(3, 8, [4]), published_ms=2000, partition=1))
    assert list(worker.table.partitions[1]) == [b"8"]
    assert (await migrated.features())[7]["total_experiments"] == 1
    assert (await worker.apply(kafka.batch(experiment(4, 7, [1]), published_ms=2000))).recomputed.total() == 1
    assert (await migrated.features())[7]["total_experiments"] == 2
    assert (await migrated.audit()).is_equal


async def test_a_deletion_where_its_user_is_known_keeps_the_table_fresh(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1]), experiment(2, 7, [1])))
    assert (await worker.apply(kafka.batch(deletion(1), published_ms=2000))).recomputed.total() == 0
    assert (await worker.apply(kafka.batch(experiment(3, 7, [1]), published_ms=2000))).recomputed.total() == 0
    assert (await migrated.audit()).is_equal


async def test_one_batch_may_move_delete_and_add_experiments_of_the_same_users(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(*(experiment(number, 7 + number % 2, [number], number) for number in range(1, 9))))
    moved = [experiment(1, 9, [1]), deletion(2), experiment(3, 7, [8, 8]), deletion(4), experiment(9, 8, [])]
    await worker.apply(kafka.batch(*moved, published_ms=2000))
    assert await migrated.pool.fetchval("SELECT count(*) FROM experiments") == 7
    assert (await migrated.audit()).is_equal


async def test_a_row_marked_as_deleted_deletes_and_one_marked_otherwise_is_a_row(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    rows = [experiment(1, 7, [1]) | {"deleted": False}, experiment(2, 7, [1])]
    await worker.apply(kafka.batch(*rows))
    applied = await worker.apply(kafka.batch(experiment(2, 7, [1]) | {"deleted": True}, published_ms=2000))
    assert applied.rows == -1
    assert (await migrated.features())[7]["total_experiments"] == 1
    assert (await migrated.audit()).is_equal


async def test_a_deletion_that_names_nothing_is_a_dead_letter_that_says_what_to_send(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    applied = await worker.apply(kafka.batch(None, {"deleted": True}, deletion(0), {"experiment_id": 1, "deleted": 1}))
    assert (applied.rows, applied.rejected) == (0, 4)
    rows = await migrated.pool.fetch('SELECT field, reason FROM rejects ORDER BY "offset"')
    assert [row["field"] for row in rows] == [None, "experiment_id", "experiment_id", "deleted"]
    assert '{"experiment_id":…,"deleted":true}' in rows[0]["reason"]


async def test_many_deletions_are_applied_in_one_batch(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    count = 20_000
    await worker.apply(
        kafka.batch(
            *(experiment(number, number % 5000 + 1, [1, number % 7 + 1]) for number in range(5000, 5000 + count))
        )
    )
    applied = await worker.apply(
        kafka.batch(*(deletion(number) for number in range(5000, 4999 + count)), published_ms=2000)
    )
    assert applied.rows == 1 - count
    assert len(await migrated.features()) == 1
    assert (await migrated.audit()).is_equal
