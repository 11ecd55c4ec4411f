"""What a program reads of a real Postgres by FeatureReader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest

from models.declaration.loading import load_model
from models.errors import DatabaseUnreachableError
from models.settings.environment import Settings
from streams.reader import FeatureReader, KeyShapeError, UnknownTableError
from tests.conditions import until
from tests.integration.models.sql.model_database import opened
from tests.integration.streams.batches import TOPIC_ID
from tests.integration.streams.store import Database

FEATURES = "INSERT INTO user_features VALUES ($1, 2, 3.35, 1.675, 3, 4, 2, '{4}', $2)"
PUBLISHED = """
INSERT INTO loads (load_id, number, state, started_at, told_at, read, published, rejected, problems, positions)
VALUES ($1, 1, 'published', $2, $2, 1, 1, 0, '[]', jsonb_build_array(jsonb_build_object(
        'topic', 'experiments', 'topic_id', $3::uuid, 'partition', 0, 'records', 1, 'next_offset', 5)))
"""


@pytest.fixture
async def reader(migrated: Database) -> AsyncIterator[FeatureReader]:
    await migrated.pool.executemany(FEATURES, [(user, 2**60 + user) for user in range(1, 501)])
    async with FeatureReader(migrated.settings.database_url, connections=2) as opened_reader:
        yield opened_reader


async def test_a_group_is_read_by_its_key(reader: FeatureReader) -> None:
    assert await reader.tables() == ["user_features"]
    found = await reader.get("user_features", 7)
    assert found is not None
    assert found.key == {"user_id": 7}
    assert found.features == {
        "total_experiments": 2,
        "total_run_time": Decimal("3.35"),
        "average_run_time": Decimal("1.675"),
        "total_compounds": 3,
        "top_compound_id": 4,
        "top_compound_count": 2,
        "tied_compound_ids": [4],
    }
    assert (found.version, found.waiting) == (2**60 + 7, False)
    assert datetime.now(UTC) - found.updated_at < timedelta(minutes=5)
    assert await reader.get("user_features", 501) is None


async def test_many_come_in_the_order_of_their_keys_and_all_in_that_of_the_table(reader: FeatureReader) -> None:
    assert await reader.get_many("user_features", []) == []
    found = await reader.get_many("user_features", [9, 501, (3,), 9])
    assert [group and group.key["user_id"] for group in found] == [9, None, 3, 9]
    assert [group.key["user_id"] async for group in reader.iterate("user_features")] == list(range(1, 501))


async def test_callers_may_share_a_reader(reader: FeatureReader) -> None:
    found = await asyncio.gather(*(reader.get("user_features", user) for user in range(1, 101)))
    assert [group and group.key["user_id"] for group in found] == list(range(1, 101))


async def test_what_cannot_be_asked_is_refused_with_the_reason(reader: FeatureReader) -> None:
    with pytest.raises(UnknownTableError, match="users is not a feature table; there are: user_features"):
        await reader.get("users", 1)
    for key in ("x", 2**70):
        with pytest.raises(KeyShapeError, match="a key of user_features does not fit: its columns are user_id bigint"):
            await reader.get("user_features", key)
    for wrong in ((1, 2), (7.5,), (None,)):
        with pytest.raises(KeyShapeError, match="give a value for each of user_id"):
            await reader.get("user_features", *wrong)


async def test_it_waits_while_a_load_that_postgres_knows_is_not_applied(
    reader: FeatureReader, migrated: Database
) -> None:
    await migrated.pool.execute(PUBLISHED, UUID(int=1), datetime.now(UTC), TOPIC_ID)

    async def waiting() -> set[bool]:
        found = [await reader.get("user_features", 1), *[group async for group in reader.iterate("user_features")]]
        return {group.waiting for group in found if group is not None}

    assert await waiting() == {True}
    await migrated.pool.execute("UPDATE stream_offsets SET next_offset = 5")
    assert await waiting() == {False}
    # Of a topic that was made again, nothing is applied.
    await migrated.pool.execute("UPDATE stream_offsets SET topic_id = $1", UUID(int=7))
    assert await waiting() == {True}


async def test_a_table_is_never_scanned_for_a_key_however_small_it_was_when_first_asked(migrated: Database) -> None:
    lookups = "SELECT idx_scan FROM pg_stat_user_tables WHERE relname = 'user_features'"
    scans = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'user_features'"
    async with FeatureReader(migrated.settings.database_url, connections=1) as empty:
        before = await migrated.pool.fetchval(scans)
        for user in range(20):
            assert await empty.get("user_features", user) is None

    async def is_counted() -> bool:
        return bool(await migrated.pool.fetchval(lookups) > 0)

    await until(is_counted, "what the session did is counted")
    assert await migrated.pool.fetchval(scans) == before


async def test_it_changes_nothing_and_goes_on_after_an_outage(reader: FeatureReader, migrated: Database) -> None:
    assert await reader.get("user_features", 1) is not None
    ended = await migrated.pool.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'exact-features' AND datname = current_database()"
    )
    assert ended
    found = None
    for _ in range(5):
        try:
            found = await reader.get("user_features", 1)
        except DatabaseUnreachableError:
            continue
        break
    assert found is not None
    async with reader._pool.connection() as connection:  # noqa: SLF001  # what it reads by
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await connection.execute("DELETE FROM user_features")


async def test_a_postgres_that_does_not_answer_is_reported() -> None:
    with pytest.raises(DatabaseUnreachableError, match="does not answer"):
        async with FeatureReader("postgresql://127.0.0.1:9/nowhere"):
            pass


async def test_keys_of_several_columns_are_tuples_in_the_order_of_the_key(empty_database: Settings) -> None:
    async with opened(empty_database, load_model("examples/shop.py")) as connection:
        await connection.execute(
            "INSERT INTO customer_months VALUES ('a', $1, 1, 9.50, 1), ('b', $1, 2, 0, 2)", date(2024, 3, 1)
        )
        async with FeatureReader(empty_database.database_url) as reader:
            assert await reader.tables() == ["customer_features", "customer_months"]
            found = await reader.get("customer_months", "b", date(2024, 3, 1))
            assert found is not None
            assert found.key == {"customer_email": "b", "ordered_at_month": date(2024, 3, 1)}
            assert found.features == {"order_lines": 2, "revenue": 0}
            many = await reader.get_many("customer_months", [("a", date(2024, 3, 1)), ("a", date(2024, 4, 1))])
            assert [group and group.features["revenue"] for group in many] == [Decimal("9.50"), None]
            with pytest.raises(KeyShapeError):
                await reader.get("customer_months", "b", "2024-03-01")
