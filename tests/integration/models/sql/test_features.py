from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.loading import load_model
from models.declare import Count, Mean, MostCommon, StdDev
from models.settings.environment import Settings
from models.sql import features
from tests.declared_features import declared_features
from tests.declared_tables import declared
from tests.integration.models.sql.model_database import ONE_CONNECTION, composites, model_of, opened

ROWS = declared({"key": int, "from": str, "at": int, "price": int, "tags": int}, key=("key",), group="from")
FEATURES = declared_features(
    ROWS,
    {
        "rows": Count(),
        "mean": Mean("price * 0.25"),
        "spread": StdDev("price * 0.25"),
        "top": MostCommon("price", ties="tied"),
        "few": Mean("at", where="at > 1"),
    },
    by=("from", "at"),
    name="user",
)
MODEL = model_of([ROWS], [FEATURES])


def group(name: str, version: int | None, rows: int = 1, **values: Any) -> dict[str, Any]:  # noqa: ANN401  # of columns
    filled = {"mean": Decimal(3), "spread": None, "top": 1, "tied": [1], "few": None}
    return {"from": name, "at": 1, "rows": rows, "version": version, **filled, **values}


async def write(
    connection: asyncpg.Connection,
    groups: Sequence[Mapping[str, Any]],
    expected: Sequence[int],
    statement: str = features.write(FEATURES),
) -> asyncpg.Record | None:
    counts = [row["rows"] for row in groups]
    return await connection.fetchrow(
        statement, await composites(connection, "user", groups), expected, counts, counts, [0] * len(groups)
    )


async def stored(connection: asyncpg.Connection) -> dict[str, tuple[int, int]]:
    rows = await connection.fetch('SELECT "from", "rows", version FROM "user" ORDER BY 1')
    return {row["from"]: (row["rows"], row["version"]) for row in rows}


@pytest.fixture
async def connection(empty_database: Settings) -> AsyncIterator[asyncpg.Connection]:
    async with opened(empty_database, MODEL) as found:
        yield found


async def test_new_changed_and_emptied_groups_are_written_at_once(connection: asyncpg.Connection) -> None:
    await write(connection, [group("b", 1), group("c", 1)], [0, 0])
    found = await write(connection, [group("a", 2), group("b", 2, 5), group("c", None, 0)], [0, 1, 1])
    assert found is not None
    assert dict(found) == {"inserted": 1, "deleted": 1, "written": None}
    assert await stored(connection) == {"a": (1, 2), "b": (5, 2)}


async def test_a_group_whose_version_is_another_is_left_and_not_named(connection: asyncpg.Connection) -> None:
    await write(connection, [group("b", 7), group("c", 7), group("d", 7)], [0, 0, 0])
    found = await write(
        connection,
        [group("a", 9), group("b", 9), group("c", 9), group("d", None), group("e", 9)],
        [0, 0, 8, 8, 5],
    )
    assert found is not None
    assert dict(found) == {"inserted": 1, "deleted": 0, "written": [1]}
    assert await stored(connection) == {"a": (1, 9), "b": (1, 7), "c": (1, 7), "d": (1, 7)}


async def test_a_stale_state_whose_squares_and_sum_cannot_belong_together_is_left_by_its_version(
    connection: asyncpg.Connection,
) -> None:
    await write(connection, [group("b", 7, 2, spread=Decimal(4))], [0])
    await write(connection, [group("b", 9, 2, spread=Decimal(-4))], [6])
    assert await stored(connection) == {"b": (2, 7)}


async def test_postgres_divides_as_its_own_aggregates_do(connection: asyncpg.Connection) -> None:
    # 0.25, 0.50, 1.25: the places of the dividends must not matter.
    total, spread = Decimal(2), 3 * Decimal("1.875") - Decimal("2.00") ** 2
    await write(connection, [group("a", 1, 3, mean=total, spread=spread)], [0])
    [row] = await connection.fetch('SELECT mean::text, spread, few FROM "user"')
    [wanted] = await connection.fetch(
        "SELECT avg(price * 0.25)::text, stddev_samp(price * 0.25) FROM (VALUES (1), (2), (5)) AS v (price)"
    )
    assert row["mean"] == wanted[0]
    assert row["few"] is None
    assert row["spread"] == wanted[1]


@ONE_CONNECTION
@given(prices=st.lists(st.integers(-(10**9), 10**9) | st.integers(-9, 9), min_size=2, max_size=20))
async def test_a_standard_deviation_is_that_of_postgres_to_its_last_digit(
    connection: asyncpg.Connection, prices: list[int]
) -> None:
    values = [price * Decimal("0.25") for price in prices]
    spread = len(values) * sum(value**2 for value in values) - sum(values) ** 2
    await connection.execute('DELETE FROM "user"')
    await write(connection, [group("a", 1, len(values), spread=spread)], [0])
    wanted = await connection.fetchval("SELECT stddev_samp(price * 0.25) FROM unnest($1::bigint[]) AS price", prices)
    assert await connection.fetchval('SELECT spread FROM "user"') == wanted


async def test_locked_groups_are_made_where_missing_and_rewritten(connection: asyncpg.Connection) -> None:
    await write(connection, [group("b", 7)], [0])
    groups = [group("c", 8), group("b", 8), group("a", 8)]
    found = await composites(connection, "user", groups)
    assert await connection.fetchval(features.lock_or_create(FEATURES), found) == 2
    assert await stored(connection) == {"a": (0, 8), "b": (1, 7), "c": (0, 8)}
    await write(connection, [group("c", 8, 3), group("b", 8, 4)], [0, 0], features.rewrite(FEATURES))
    await connection.execute(features.delete_groups(FEATURES), found[2:])
    assert await stored(connection) == {"b": (4, 8), "c": (3, 8)}


async def test_locking_in_order_waits_for_who_holds_a_row(
    empty_database: Settings, connection: asyncpg.Connection
) -> None:
    await write(connection, [group("a", 1), group("b", 1)], [0, 0])
    other = await asyncpg.connect(empty_database.database_url)
    groups = await composites(connection, "user", [group("b", 1), group("a", 1), group("z", 1)])
    try:
        async with connection.transaction():
            assert len(await connection.fetch(features.lock_in_order(FEATURES), groups)) == 2
            waiting = asyncio.create_task(other.fetch(features.lock_in_order(FEATURES), groups))
            assert not (await asyncio.wait([waiting], timeout=0.2))[0]
        assert len(await waiting) == 2
    finally:
        await other.close()


@pytest.mark.parametrize("name", ["models.lab", "examples/shop.py", "examples/sensors.py"])
async def test_the_statements_of_each_model_are_taken(empty_database: Settings, name: str) -> None:
    model = load_model(name)
    async with opened(empty_database, model) as connection:
        for table in model.features:
            counts: list[list[int]] = [[] for _ in features.divided(table)]
            for statement in (features.write, features.rewrite):
                await connection.fetch(statement(table), [], [], *counts)
            for lock in (features.lock_in_order, features.lock_or_create, features.delete_groups):
                await connection.fetch(lock(table), [])
