"""Rows that are copied: what Postgres holds of them, and what happens where one of them is there already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.publication import SURE_MILLISECONDS, Source
from models.rows import MAX_ID
from streams.rows.row_store import WORTH_COPYING
from tests.integration.streams.batches import Publisher, deletion, experiment
from tests.integration.streams.store import Database
from tests.integration.streams.transactions.contest import RESET

MAX_COMPOUNDS = 20_000

IDS = st.integers(1, 100) | st.integers(1, MAX_ID)
EXPERIMENTS = st.builds(
    experiment,
    IDS,
    IDS,
    st.lists(IDS, max_size=4) | st.just([7] * 300),
    (st.integers(0, 2000) | st.integers(0, 10**15 - 1)).map(lambda thousandths: thousandths / 1000),
)
SOURCES = st.builds(
    Source,
    st.integers(0, 5000) | st.integers(1 - SURE_MILLISECONDS, SURE_MILLISECONDS - 1),
    st.integers(0, 2**128 - 1).map(lambda n: UUID(int=n)),
)
LINES = st.integers(0, 2**63 - 1)
STORED = """
SELECT experiment_id, user_id, experiment_compound_ids, array_ndims(experiment_compound_ids) AS dimensions,
       experiment_run_time::text AS run_time, published_at, load_id, line
  FROM experiments ORDER BY experiment_id
"""


async def stored(database: Database) -> list[asyncpg.Record]:
    return await database.pool.fetch(STORED)


async def empty(database: Database) -> None:
    await database.pool.execute(RESET)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(EXPERIMENTS, SOURCES, LINES), min_size=1, max_size=30, unique_by=lambda row: row[0]["experiment_id"]
    )
)
async def test_copied_rows_are_stored_as_upserted_ones(
    migrated: Database, published: list[tuple[dict[str, object], Source, int]]
) -> None:
    rows, sources, lines = zip(*published, strict=True)
    found = []
    for worth_copying in (1, len(rows) + 1):
        await empty(migrated)
        batch = replace(Publisher().batch(*rows), sources=sources, lines=lines)
        assert (await migrated.worker(worth_copying).apply(batch)).inserted == len(rows)
        found.append((await stored(migrated), await features(migrated)))
        assert (await migrated.audit()).is_equal
    assert found[0] == found[1]


async def features(database: Database) -> list[asyncpg.Record]:
    return await database.pool.fetch(
        "SELECT user_id, total_experiments, total_run_time, total_compounds, tied_compound_ids FROM user_features "
        "ORDER BY user_id"
    )


async def test_lists_of_very_different_lengths_are_copied(migrated: Database) -> None:
    rows = [experiment(1, 7, [1]), experiment(2, 7, list(range(1, MAX_COMPOUNDS + 1))), experiment(3, 7, [])]
    await migrated.worker(1).apply(Publisher().batch(*rows))
    lengths = [len(row["experiment_compound_ids"]) for row in await stored(migrated)]
    assert lengths == [1, MAX_COMPOUNDS, 0]
    assert (await migrated.audit()).is_equal


def many(first: int = 1, user: int = 7) -> Sequence[dict[str, object]]:
    return [experiment(number, user, [number % 5 + 1]) for number in range(first, first + WORTH_COPYING)]


async def test_rows_that_came_before_are_replaced_or_left_wherever_they_stand(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(*many(), published_ms=2000))
    older = kafka.batch(experiment(WORTH_COPYING, 8, [9]), *many(WORTH_COPYING + 1), published_ms=1000)
    newer = kafka.batch(*many(2 * WORTH_COPYING), experiment(1, 8, [9]), published_ms=3000)
    for batch in (older, newer):
        await worker.apply(batch)
    users = {row["experiment_id"]: row["user_id"] for row in await stored(migrated)}
    assert len(users) == 3 * WORTH_COPYING - 1
    assert [number for number, user in users.items() if user == 8] == [1]
    assert (await migrated.audit()).is_equal


async def test_a_copy_that_met_a_row_leaves_no_trace_in_the_counts(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(*many()))
    applied = await worker.apply(kafka.batch(*many(WORTH_COPYING), published_ms=2000))
    assert applied.inserted == WORTH_COPYING - 1
    assert await migrated.pool.fetchval("SELECT sum(row_count) FROM stream_offsets") == 2 * WORTH_COPYING - 1


async def test_what_was_deleted_is_not_copied(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    await worker.apply(kafka.batch(deletion(3), published_ms=2000))
    await worker.apply(kafka.batch(*many(), published_ms=1000))
    assert [row["experiment_id"] for row in await stored(migrated)][:3] == [1, 2, 4]
    assert (await migrated.audit()).is_equal


async def test_a_row_of_a_time_that_postgres_does_not_know_is_rejected_alone(migrated: Database) -> None:
    worker, batch = migrated.worker(), Publisher().batch(*many())
    first, *others = batch.sources
    applied = await worker.apply(replace(batch, sources=[first._replace(published_ms=-(2**50)), *others]))
    assert (applied.inserted, applied.rejected) == (WORTH_COPYING - 1, 1)
    assert (await migrated.audit()).is_equal
