"""The least and the greatest value of each type, as Postgres writes them beside how the record has them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from models.publication import MAX_LINE
from models.rows import MAX_ID
from streams.kafka.micro_batch import MicroBatch
from tests.edge_texts import EDGE_TEXTS
from tests.integration.streams.batches import Publisher, experiment
from tests.integration.streams.store import Database

MAX_COMPOUNDS = 20_000

NEVER_COPIED = 1_000_000
WAYS = pytest.mark.parametrize("beside", [[], [b"no row"]], ids=["all at once", "one by one"])
"""A record that is no row has its whole batch decoded row by row."""
STORING = pytest.mark.parametrize("worth_copying", [1, NEVER_COPIED], ids=["copied", "upserted"])


async def store(database: Database, batch: MicroBatch) -> None:
    """Apply a batch of a topic without features."""
    await database.start_partitions(1, batch.topic)
    await database.worker().apply(batch)


async def store_users(database: Database, *values: object) -> None:
    await store(database, Publisher("users").batch(*values))


async def written(database: Database, query: str) -> list[Any]:
    """The one column of a query, as psql would show it."""
    return [row[0] for row in await database.pool.fetch(query)]


@WAYS
async def test_dates(migrated: Database, beside: list[bytes]) -> None:
    days = ["0001-01-01", "0001-01-02", "1999-12-31", "2000-01-01", "2000-02-29", "9999-12-30", "9999-12-31"]
    users = [{"user_id": number, "name": "a", "signup_date": day} for number, day in enumerate(days, 1)]
    await store_users(migrated, *users, *beside)
    for source in ("users", "user_report"):
        query = f"SELECT signup_date::text FROM {source} ORDER BY user_id"  # noqa: S608  # one of the two
        assert await written(migrated, query) == days


@WAYS
async def test_texts(migrated: Database, beside: list[bytes]) -> None:
    users = [
        {"user_id": number, "name": text, "email": text, "signup_date": "2024-01-01"}
        for number, text in enumerate(EDGE_TEXTS, 1)
    ]
    await store_users(migrated, *users, *beside)
    assert await written(migrated, "SELECT name FROM users ORDER BY user_id") == EDGE_TEXTS
    assert await written(migrated, "SELECT email FROM users ORDER BY user_id") == EDGE_TEXTS
    compounds = [
        {"compound_id": number, "compound_name": text, "compound_structure": text}
        for number, text in enumerate(EDGE_TEXTS, 1)
    ]
    await store(migrated, Publisher("compounds").batch(*compounds, *beside))
    assert await written(migrated, "SELECT compound_structure FROM compounds ORDER BY compound_id") == EDGE_TEXTS


@WAYS
@pytest.mark.parametrize("empty", ["", None])
async def test_a_text_that_may_be_empty_is_nothing_then(
    migrated: Database, beside: list[bytes], empty: str | None
) -> None:
    await store_users(migrated, {"user_id": 1, "name": "a", "email": empty, "signup_date": "2024-01-01"}, *beside)
    assert await written(migrated, "SELECT email FROM users") == [None]


@WAYS
async def test_ids_of_users(migrated: Database, beside: list[bytes]) -> None:
    await store_users(
        migrated, *({"user_id": number, "name": "a", "signup_date": "2024-01-01"} for number in (1, MAX_ID)), *beside
    )
    assert await written(migrated, "SELECT user_id::text FROM users ORDER BY 1") == ["1", "9223372036854775807"]


@WAYS
@STORING
async def test_ids_of_experiments(migrated: Database, beside: list[bytes], worth_copying: int) -> None:
    values = [experiment(1, MAX_ID, []), experiment(MAX_ID, 1, [])]
    await migrated.worker(worth_copying).apply(Publisher().batch(*values, *beside))
    query = "SELECT experiment_id || ' ' || user_id FROM experiments ORDER BY experiment_id"
    assert await written(migrated, query) == ["1 9223372036854775807", "9223372036854775807 1"]
    assert (await migrated.audit()).is_equal


@WAYS
@STORING
async def test_run_times_and_their_sums(migrated: Database, beside: list[bytes], worth_copying: int) -> None:
    run_times = [0, 0.001, 999_999_999_999.999]
    values = [experiment(number, 1, [], run_time) for number, run_time in enumerate(run_times, 1)]
    await migrated.worker(worth_copying).apply(Publisher().batch(*values, *beside))
    query = "SELECT experiment_run_time::text FROM experiments ORDER BY experiment_id"
    assert await written(migrated, query) == ["0.000", "0.001", "999999999999.999"]
    assert await written(migrated, "SELECT total_run_time::text FROM user_features") == ["1000000000000.000"]
    assert (await migrated.audit()).is_equal


@WAYS
@STORING
async def test_compound_lists(migrated: Database, beside: list[bytes], worth_copying: int) -> None:
    lists = [[], [1], [MAX_ID], [MAX_ID, 1, MAX_ID], [MAX_ID] * MAX_COMPOUNDS]
    values = [experiment(number, 1, listed) for number, listed in enumerate(lists, 1)]
    await migrated.worker(worth_copying).apply(Publisher().batch(*values, *beside))
    query = "SELECT experiment_compound_ids::text FROM experiments ORDER BY experiment_id"
    assert await written(migrated, query) == ["{" + ",".join(map(str, listed)) + "}" for listed in lists]
    features = "SELECT total_compounds || ' ' || top_compound_id || ' ' || top_compound_count FROM user_features"
    assert await written(migrated, features) == [f"{MAX_COMPOUNDS + 5} {MAX_ID} {MAX_COMPOUNDS + 3}"]
    assert (await migrated.audit()).is_equal


GREATEST_LOAD = 2**128 - 1
PUBLICATIONS = pytest.mark.parametrize(
    ("published_ms", "load", "line", "time"),
    [
        (0, 0, 0, "1970-01-01 00:00:00"),
        (1, 1, 1, "1970-01-01 00:00:00.001"),
        (-1, 2, 2, "1969-12-31 23:59:59.999"),
        (4_102_444_800_000, GREATEST_LOAD, MAX_LINE, "2100-01-01 00:00:00"),
    ],
)


@STORING
@PUBLICATIONS
async def test_publications_of_experiments(
    migrated: Database, worth_copying: int, published_ms: int, load: int, line: int, time: str
) -> None:
    batch = Publisher().batch(experiment(1, 1, []), published_ms=published_ms, load=load, line=line)
    await migrated.worker(worth_copying).apply(batch)
    assert await publications(migrated, "experiments") == [(time, str(UUID(int=load)), str(line))]


@PUBLICATIONS
async def test_publications_of_users(migrated: Database, published_ms: int, load: int, line: int, time: str) -> None:
    value = {"user_id": 1, "name": "a", "signup_date": "9999-12-31"}
    await store(migrated, Publisher("users").batch(value, published_ms=published_ms, load=load, line=line))
    assert await publications(migrated, "users") == [(time, str(UUID(int=load)), str(line))]


async def publications(database: Database, table: str) -> list[tuple[str, ...]]:
    query = f"SELECT (published_at AT TIME ZONE 'UTC')::text, load_id::text, line::text FROM {table}"  # noqa: S608  # ours
    return [tuple(row) for row in await database.pool.fetch(query)]
