from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from models.errors import StalePositionError
from tests.integration.streams.batches import Publisher, experiment
from tests.integration.streams.store import Database


async def test_features_follow_from_the_experiments(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [10, 9], 0.001), experiment(2, 7, [], 0.002)))
    [row] = (await migrated.features()).values()
    assert (row["total_experiments"], row["total_compounds"]) == (2, 2)
    assert row["total_run_time"] == Decimal("0.003")
    assert row["average_run_time"] == Decimal("0.0015")
    assert (row["top_compound_id"], row["top_compound_count"], row["tied_compound_ids"]) == (9, 1, [9, 10])
    assert (await migrated.audit()).is_equal


async def test_a_batch_that_comes_again_changes_nothing(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    batch = kafka.batch(experiment(1, 7, [1]), experiment(2, 8, [2]))
    await worker.apply(batch)
    before = await migrated.features()
    assert (await migrated.worker().apply(batch)).rows == 0
    assert await migrated.features() == before
    assert (await migrated.audit()).is_equal


async def test_a_batch_that_overlaps_is_applied_from_the_next_offset_on(migrated: Database) -> None:
    worker, kafka, again = migrated.worker(), Publisher(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1])))
    applied = await worker.apply(again.batch(experiment(1, 7, [1]), experiment(2, 7, [1])))
    assert applied.rows == 1
    assert (await migrated.features())[7]["total_experiments"] == 2
    assert (await migrated.audit()).is_equal


async def test_offsets_without_records_are_passed_once_and_only_in_their_turn(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1])))
    marks = replace(kafka.batch(), next_offset=4)
    assert [(await worker.apply(marks)).next_offsets for _ in range(2)] == [{0: 4}, {}]
    with pytest.raises(StalePositionError, match="stream_offsets says 4"):
        await worker.apply(replace(marks, position=9, next_offset=11))
    assert await migrated.pool.fetchval("SELECT max(next_offset) FROM stream_offsets") == 4
    assert (await migrated.audit()).is_equal


async def test_the_same_rows_published_again_change_no_feature_row(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    rows = [experiment(1, 7, [1, 2]), experiment(2, 8, [2])]
    await worker.apply(kafka.batch(*rows, published_ms=1000))
    before = await migrated.features()
    await worker.apply(kafka.batch(*rows, published_ms=2000))
    assert await migrated.features() == before


@pytest.mark.parametrize("together", [True, False])
async def test_a_correction_replaces_what_was_counted(migrated: Database, *, together: bool) -> None:
    worker, kafka = migrated.worker(), Publisher()
    rows = [experiment(1, 7, [1, 1], 5), experiment(1, 7, [2], 7)]
    for batch in [kafka.batch(*rows)] if together else [kafka.batch(rows[0]), kafka.batch(rows[1], line=2)]:
        await worker.apply(batch)
    [row] = (await migrated.features()).values()
    assert (row["total_experiments"], row["total_run_time"], row["tied_compound_ids"]) == (1, 7, [2])
    assert (await migrated.audit()).is_equal


@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_moved_experiment_counts_for_its_newest_user_in_either_order(
    migrated: Database, *, newest_first: bool
) -> None:
    first, second, kafka = migrated.worker(), migrated.worker(), Publisher()
    await first.apply(kafka.batch(experiment(9, 7, [5]), published_ms=500))
    old = (first, kafka.batch(experiment(1, 7, [1]), partition=0, published_ms=1000))
    new = (second, kafka.batch(experiment(1, 8, [2]), partition=1, published_ms=2000))
    for worker, batch in (new, old) if newest_first else (old, new):
        await worker.apply(batch)
    features = await migrated.features()
    assert (features[7]["total_experiments"], features[8]["total_experiments"]) == (1, 1)
    assert (await migrated.audit()).is_equal


async def test_the_newest_of_three_wins_though_the_oldest_says_the_same(migrated: Database) -> None:
    first, second, kafka = migrated.worker(), migrated.worker(), Publisher()
    await first.apply(kafka.batch(experiment(1, 7, [1]), partition=0, published_ms=1000))
    late = kafka.batch(experiment(1, 8, [1]), partition=1, published_ms=2000)
    await first.apply(kafka.batch(experiment(1, 7, [1]), partition=0, published_ms=3000))
    await second.apply(late)
    assert list(await migrated.features()) == [7]
    assert (await migrated.audit()).is_equal


async def test_a_user_whose_last_experiment_moves_away_has_no_feature_row(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1])))
    applied = await worker.apply(kafka.batch(experiment(1, 8, [1]), published_ms=2000))
    assert list(await migrated.features()) == [8]
    assert applied.more_groups["user_features"] == 0
    assert (await migrated.audit()).is_equal
    await worker.apply(kafka.batch(experiment(2, 7, [3]), published_ms=3000))
    assert sorted(await migrated.features()) == [7, 8]
    assert (await migrated.audit()).is_equal


async def test_a_lost_table_is_made_good_from_the_experiments(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1]), experiment(2, 8, [1])))
    worker.table.partitions.clear()
    applied = await worker.apply(kafka.batch(experiment(3, 7, [2])))
    assert (applied.recomputed.total(), applied.from_table.total()) == (1, 0)
    assert (await migrated.features())[7]["total_experiments"] == 2
    assert (await migrated.audit()).is_equal
    applied = await worker.apply(kafka.batch(experiment(4, 7, [2])))
    assert (applied.recomputed.total(), applied.from_table.total()) == (0, 1)


async def test_a_stale_table_is_noticed_by_its_version(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1])))
    yesterday = dict(worker.table.partitions[0])
    await worker.apply(kafka.batch(experiment(2, 7, [1])))
    worker.table.partitions[0] = yesterday
    assert (await worker.apply(kafka.batch(experiment(3, 7, [1])))).recomputed.total() == 1
    assert (await migrated.features())[7]["total_experiments"] == 3
    assert (await migrated.audit()).is_equal


async def test_records_that_are_no_rows_become_dead_letters_beside_the_good_ones(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    batch = kafka.batch(b"no json", experiment(1, 7, [1]), experiment(2, -7, [1]), None)
    applied = await worker.apply(batch)
    assert (applied.rows, applied.rejected) == (1, 3)
    rejects = await migrated.pool.fetch('SELECT * FROM rejects ORDER BY "offset"')
    assert [row["offset"] for row in rejects] == [0, 2, 3]
    assert {(row["topic"], row["partition"]) for row in rejects} == {("experiments", 0)}
    assert rejects[1]["field"] == "user_id"
    assert rejects[1]["value"].startswith('{"experiment_id": 2')
    assert (await migrated.audit()).is_equal


async def test_a_row_that_postgres_refuses_is_rejected_alone(migrated: Database) -> None:
    await migrated.pool.execute("ALTER TABLE experiments ADD CHECK (user_id <> 13)")
    worker, kafka = migrated.worker(), Publisher()
    rows = [experiment(number, number, [1]) for number in range(1, 30)]
    applied = await worker.apply(kafka.batch(*rows))
    assert (applied.rows, applied.rejected) == (28, 1)
    [reject] = await migrated.pool.fetch("SELECT * FROM rejects")
    assert (reject["offset"], reject["line"]) == (12, 13)
    assert "Postgres rejected it" in reject["reason"]
    assert (await migrated.audit()).is_equal


async def test_a_hole_before_a_batch_is_an_error(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher(next_offsets={0: 5})
    with pytest.raises(StalePositionError, match="says 0"):
        await worker.apply(kafka.batch(experiment(1, 7, [1])))
    assert await migrated.features() == {}


async def test_a_topic_made_anew_is_an_error_and_then_read_from_its_start(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [1])))
    made_anew = Publisher(topic_id=UUID(int=2))
    with pytest.raises(StalePositionError, match="created again"):
        await worker.apply(made_anew.batch(experiment(2, 7, [1])))


async def test_empty_lists_have_no_top_compound(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(experiment(1, 7, [])))
    row = (await migrated.features())[7]
    assert (row["top_compound_id"], row["top_compound_count"], row["tied_compound_ids"]) == (None, 0, [])
    assert (await migrated.audit()).is_equal


async def test_the_largest_numbers_are_kept_exactly(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    largest = 2**63 - 1
    batch = kafka.batch(experiment(largest, largest, [largest], 999999999999.999), experiment(1, largest, [], 0.001))
    await worker.apply(batch)
    assert (await migrated.features())[largest]["total_run_time"] == Decimal(1_000_000_000_000)
    assert (await migrated.audit()).is_equal
