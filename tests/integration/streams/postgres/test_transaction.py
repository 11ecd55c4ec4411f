from __future__ import annotations

import asyncpg
import pytest

from streams.postgres.transaction import savepoint, transaction
from tests.integration.streams.store import Database

STORE = "INSERT INTO deletions (topic, key, published_at, load_id, line) VALUES ($1, $2, now(), gen_random_uuid(), 1)"


async def stored(database: Database) -> list[str]:
    return [row["key"] for row in await database.pool.fetch("SELECT key FROM deletions ORDER BY key")]


async def test_the_last_statement_is_stored_with_what_came_before(migrated: Database) -> None:
    async with migrated.pool.acquire() as connection:
        async with transaction(connection) as commit:
            await connection.execute(STORE, "users", "1")
            await commit("UPDATE deletions SET key = '2'")
        assert not connection.is_in_transaction()
    assert await stored(migrated) == ["2"]


async def test_what_raises_stores_nothing_and_leaves_the_connection_usable(migrated: Database) -> None:
    async with migrated.pool.acquire() as connection:

        async def interrupted() -> None:
            async with transaction(connection):
                await connection.execute(STORE, "users", "1")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await interrupted()
        assert not connection.is_in_transaction()
    assert await stored(migrated) == []


async def test_a_last_statement_that_fails_stores_nothing(migrated: Database) -> None:
    async with migrated.pool.acquire() as connection:

        async def failing() -> None:
            async with transaction(connection) as commit:
                await connection.execute(STORE, "users", "1")
                await commit("SELECT 1 / 0")

        with pytest.raises(asyncpg.DivisionByZeroError):
            await failing()
        assert not connection.is_in_transaction()
    assert await stored(migrated) == []


async def test_a_savepoint_that_raises_is_undone_by_itself(migrated: Database) -> None:
    async with migrated.pool.acquire() as connection, transaction(connection) as commit:

        async def part(*keys: str) -> None:
            async with savepoint(connection):
                for key in keys:
                    await connection.execute(STORE, "users", key)

        await part("1")
        with pytest.raises(asyncpg.UniqueViolationError):
            await part("2", "1")
        await part("3")
        await commit()
    assert await stored(migrated) == ["1", "3"]
