"""Rows that Postgres refuses, whatever else happens while they are looked for."""

from __future__ import annotations

from fractions import Fraction

import asyncpg
import pytest

from tests.integration.streams.batches import Publisher, experiment
from tests.integration.streams.ledger import Ledger, Publication, assert_stored, batch_of
from tests.integration.streams.store import Database
from tests.integration.streams.transactions.faults_in_sql import attempts_made, fail_attempts


async def rejected_offsets(database: Database) -> list[int]:
    return [row[0] for row in await database.pool.fetch('SELECT "offset" FROM rejects ORDER BY "offset"')]


@pytest.mark.parametrize("code", ["40P01", "40001", "57014", "53100", "25006"])
async def test_a_conflict_or_an_outage_while_a_refused_row_is_looked_for_passes(migrated: Database, code: str) -> None:
    await migrated.pool.execute("ALTER TABLE experiments ADD CHECK (user_id <> 13)")
    await fail_attempts(migrated.pool, code, 2, 4, user=1)
    worker, kafka = migrated.worker(), Publisher()
    applied = await worker.apply(kafka.batch(*[experiment(number, number, [1]) for number in range(1, 17)]))
    assert (applied.rows, applied.more_groups["user_features"], applied.rejected) == (15, 15, 1)
    assert await attempts_made(migrated.pool) >= 3
    assert await rejected_offsets(migrated) == [12]
    assert worker.persistence.outage is None
    assert (await migrated.audit()).is_equal


async def test_of_rows_that_are_refused_only_together_the_later_one_is_rejected(migrated: Database) -> None:
    await migrated.pool.execute("ALTER TABLE experiments ADD UNIQUE (user_id, experiment_run_time)")
    worker, kafka = migrated.worker(), Publisher()
    rows = [experiment(number, 7, [1], number if number < 9 else 1) for number in range(1, 10)]
    applied = await worker.apply(kafka.batch(*rows))
    assert (applied.rows, applied.rejected) == (8, 1)
    assert await rejected_offsets(migrated) == [8]
    assert (await migrated.audit()).is_equal


async def test_a_row_that_the_features_refuse_is_rejected_and_not_stored(migrated: Database) -> None:
    await migrated.pool.execute("ALTER TABLE user_features ADD CHECK (total_experiments <= 3)")
    worker, kafka = migrated.worker(), Publisher()
    applied = await worker.apply(kafka.batch(*[experiment(number, number % 2 + 1, [1]) for number in range(1, 9)]))
    assert (applied.rows, applied.rejected) == (6, 2)
    assert await rejected_offsets(migrated) == [6, 7]
    assert (await migrated.audit()).is_equal
    assert (await worker.apply(kafka.batch(experiment(1, 1, [2]), published_ms=2000))).rejected == 1


async def test_a_refusal_that_lies_in_no_row_ends_in_its_error_and_stores_nothing(migrated: Database) -> None:
    await migrated.pool.execute("ALTER TABLE stream_offsets ADD CHECK (next_offset = 0)")
    worker, kafka = migrated.worker(), Publisher()
    with pytest.raises(asyncpg.CheckViolationError):
        await worker.apply(kafka.batch(experiment(1, 1, [1]), experiment(2, 1, [1])))
    assert await rejected_offsets(migrated) == []
    assert await migrated.features() == {}


async def test_every_row_refused_leaves_every_row_rejected(migrated: Database) -> None:
    await migrated.pool.execute("ALTER TABLE experiments ADD CHECK (user_id > 100)")
    worker, kafka = migrated.worker(), Publisher()
    applied = await worker.apply(kafka.batch(*[experiment(number, 1, [1]) for number in range(1, 8)]))
    assert (applied.rows, applied.rejected) == (0, 7)
    assert await rejected_offsets(migrated) == list(range(7))


@pytest.mark.parametrize("table_is_lost", [False, True])
async def test_a_sum_of_run_times_past_64_bits_is_exact(migrated: Database, *, table_is_lost: bool) -> None:
    worker, ledger = migrated.worker(), Ledger()
    # As a file might mark a run time as unknown: some 9,200 of these pass 2^63 thousandths.
    records = [Publication(number, 1, (), 999_999_999_999_999) for number in range(1, 10_001)]
    for start in (0, 5000):
        if table_is_lost:
            worker.table.partitions.clear()
        await worker.apply(batch_of(records[start : start + 5000], 0, start))
    ledger.publish(records)
    assert ledger.features()[1][1] > Fraction(2**63, 1000)
    await assert_stored(migrated.pool, ledger)
    assert (await migrated.audit()).is_equal
