from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import asyncpg
import pytest
from pydantic import Field

from models.declaration.loading import load_model
from models.declaration.model import RowTable
from models.settings.environment import Settings
from models.sql import rows
from tests.declared_tables import declared
from tests.integration.models.sql.model_database import (
    EARLY,
    LATE,
    LATER,
    LOAD,
    composites,
    model_of,
    opened,
    published,
)

READINGS = declared(
    {"select": Annotated[int, Field(ge=0)], 'at "%(x)s': str, "user": str, "value": int | None},
    key=('at "%(x)s', "select"),
    group="user",
    table="order",
)


def reading(number: int, value: int | None = 1, user: str = "a") -> dict[str, Any]:
    return {"select": number, 'at "%(x)s': 'é"\\\n', "user": user, "value": value}


KEYS = [f'["é\\"\\\\\\n",{number}]' for number in range(10)]


@pytest.fixture
async def connection(empty_database: Settings) -> AsyncIterator[asyncpg.Connection]:
    model = model_of([READINGS])
    async with opened(empty_database, model) as found:
        yield found


async def upsert(connection: asyncpg.Connection, found: Sequence[Mapping[str, Any]], at: datetime) -> asyncpg.Record:
    stored = [published(READINGS, row, at, line) for line, row in enumerate(found, 1)]
    [changed] = await connection.fetch(rows.upsert(READINGS), await composites(connection, "order", stored))
    return changed


async def delete(connection: asyncpg.Connection, keys: Sequence[int], at: datetime) -> list[Any]:
    named = [("order", KEYS[key], at, LOAD, 1) for key in keys]
    await connection.execute(rows.UPSERT_DELETIONS, named)
    gone = await connection.fetch(
        rows.delete(READINGS), await composites(connection, "order", [reading(key) for key in keys])
    )
    return [json.loads(row["deleted"]) for row in gone]


async def values(connection: asyncpg.Connection) -> dict[int, int | None]:
    return {row["select"]: row["value"] for row in await connection.fetch('SELECT * FROM "order"')}


async def test_new_rows_are_counted_and_not_named(connection: asyncpg.Connection) -> None:
    found = await upsert(connection, [reading(1), reading(2)], LATE)
    assert dict(found) == {"inserted": 2, "replaced": [], "changed": None}


async def test_a_newer_publication_replaces_and_returns_what_was_said(connection: asyncpg.Connection) -> None:
    await upsert(connection, [reading(1, 5), reading(2, 6), reading(3, None)], LATE)
    found = await upsert(connection, [reading(4), reading(2, 6), reading(3, 8, "ü"), reading(1, 7)], LATER)
    assert found["inserted"] == 1
    assert sorted(map(json.loads, found["replaced"]), key=lambda row: row["select"]) == [
        reading(1, 5),
        reading(3, None),
    ]
    assert found["changed"] == [1, 3, 4]
    assert await values(connection) == {1: 7, 2: 6, 3: 8, 4: 1}


async def test_an_older_publication_changes_nothing(connection: asyncpg.Connection) -> None:
    await upsert(connection, [reading(1, 5)], LATE)
    assert dict(await upsert(connection, [reading(1, 6)], EARLY)) == {"inserted": 0, "replaced": [], "changed": []}
    assert await values(connection) == {1: 5}


async def test_a_publication_counts_even_if_the_row_says_the_same(connection: asyncpg.Connection) -> None:
    await upsert(connection, [reading(1, 5)], EARLY)
    await upsert(connection, [reading(1, 5)], LATER)
    assert dict(await upsert(connection, [reading(1, 6)], LATE)) == {"inserted": 0, "replaced": [], "changed": []}


async def test_what_is_deleted_stays_away_until_it_is_published_again(connection: asyncpg.Connection) -> None:
    await upsert(connection, [reading(1, 5), reading(2, 6)], EARLY)
    assert await delete(connection, [1, 3], LATE) == [reading(1, 5)]
    assert (await upsert(connection, [reading(1), reading(3)], EARLY))["inserted"] == 0
    assert (await upsert(connection, [reading(1)], LATE))["inserted"] == 0
    assert (await upsert(connection, [reading(1, 9), reading(3)], LATER))["inserted"] == 2
    assert await values(connection) == {1: 9, 2: 6, 3: 1}


async def test_a_deletion_leaves_newer_rows(connection: asyncpg.Connection) -> None:
    await upsert(connection, [reading(1)], LATER)
    assert await delete(connection, [1], LATE) == []
    assert await values(connection) == {1: 1}


async def test_the_newest_deletion_of_a_key_is_kept(connection: asyncpg.Connection) -> None:
    for at in (LATE, LATER, EARLY):
        await delete(connection, [1], at)
    [kept] = await connection.fetch("SELECT key, published_at FROM deletions")
    assert tuple(kept) == (KEYS[1], LATER)


async def test_deletions_are_found_by_table_and_by_key(connection: asyncpg.Connection) -> None:
    async def found(*keys: int) -> tuple[bool, bool]:
        named = await composites(connection, "order", [reading(key) for key in keys])
        return (
            await connection.fetchval(rows.has_deletions(READINGS)),
            await connection.fetchval(rows.some_deleted(READINGS), named),
        )

    assert await found(1, 2) == (False, False)
    await delete(connection, [2], LATE)
    assert [await found(1, 3), await found(1, 2)] == [(True, False), (True, True)]


async def test_a_table_of_nothing_but_its_key_is_replaced_without_a_change(empty_database: Settings) -> None:
    table: RowTable = declared({"name": str}, key=("name",), group="name")
    model = model_of([table])
    async with opened(empty_database, model) as connection:
        for at, inserted in ((EARLY, 1), (LATE, 0)):
            found = await composites(connection, "things", [published(table, {"name": "x"}, at)])
            assert await connection.fetchval(rows.upsert(table), found) == inserted


@pytest.mark.parametrize("name", ["models.lab", "examples/shop.py", "examples/sensors.py"])
async def test_the_statements_of_each_model_are_taken(empty_database: Settings, name: str) -> None:
    model = load_model(name)
    async with opened(empty_database, model) as connection:
        for table in model.rows:
            for statement in (rows.upsert, rows.delete, rows.some_deleted):
                await connection.fetch(statement(table), [])
