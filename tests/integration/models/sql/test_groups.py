from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.model import FeatureTable, Model
from models.declare import First, Last, Max, Min
from models.settings.environment import Settings
from models.sql import groups, rows
from models.sql.tables import create_statements
from models.sql.wire_json import key_of
from tests.declared_features import declared_features, described, feature_tables, grouped_rows
from tests.declared_tables import LISTS, SINGLE, declared
from tests.feature_oracle import features_of, group_of
from tests.integration.models.sql.model_database import ONE_CONNECTION, composites, model_of, opened, published

TABLE = declared(
    {**SINGLE, **LISTS, "second": SINGLE["at"], "absent": int | None},
    key=("id", "name", "price", "at", "joined", "paid"),
    group="name",
)
ROW = {
    "id": 9_223_372_036_854_775_807,
    "whole": -5,
    "percent": 100,
    "price": Decimal("1.50"),
    "precise": Decimal("0.0000000010"),
    "share": Decimal("-0.0500"),
    "betrag": Decimal("12.50"),
    "cost": Decimal("3.25"),
    "name": 'ü"\\\n\x1f\x7f/',
    "code": "AB",
    "paid": True,
    "joined": date(1, 1, 2),
    "at": datetime(2024, 2, 29, 23, 59, 59, 50, UTC),
    "seen": datetime(2024, 2, 29, 12, 0, 0, 5000, UTC),
    "ids": [1, 2],
    "numbers": [],
    "tags": ["a", '"'],
    "second": datetime(2024, 2, 29, tzinfo=UTC),
    "absent": None,
}


@pytest.fixture
async def connection(empty_database: Settings) -> AsyncIterator[asyncpg.Connection]:
    async with opened(empty_database, Model("none", "", (), ())) as found:
        yield found


async def create(connection: asyncpg.Connection, features: FeatureTable, found: Sequence[dict[str, Any]]) -> None:
    for statement in create_statements(model_of([features.rows], [features])):
        await connection.execute(statement)
    stored = await composites(connection, "things", [published(features.rows, row) for row in found])
    await connection.execute(rows.upsert(features.rows), stored)


async def test_rows_and_keys_are_written_as_on_the_wire(connection: asyncpg.Connection) -> None:
    features = declared_features(TABLE, {"least": Min("id")})
    await create(connection, features, [ROW])
    bound = await composites(connection, "thing_features", [{"name": ROW["name"]}])
    assert await connection.fetchval(groups.rows_of_groups(features), bound) == (
        '{"id":9223372036854775807,"whole":-5,"percent":100,"price":1.5,"precise":0.000000001,'
        '"share":-0.05,"name":"ü\\"\\\\\\n\\u001f\x7f/","code":"AB","paid":true,"joined":"0001-01-02",'
        '"at":"2024-02-29T23:59:59.000050Z","betrag":12.5,"cost":3.25,"seen":"2024-02-29T12:00:00.005000Z","ids":[1,2],"numbers":[],"tags":["a","\\""],'
        '"second":"2024-02-29T00:00:00Z","absent":null}'
    )
    assert await connection.fetchval(f"SELECT {key_of(TABLE, 't')} FROM things AS t") == (  # noqa: S608  # quoted
        '[9223372036854775807,"ü\\"\\\\\\n\\u001f\x7f/",1.5,"2024-02-29T23:59:59.000050Z","0001-01-02",true]'
    )


@pytest.mark.parametrize(
    ("kind", "value", "key"),
    [
        ("id", 7, "7"),
        ("whole", -7, "-7"),
        ("name", "a@b", '"a@b"'),
        ("price", Decimal("7.00"), "7"),
        ("paid", False, "false"),
    ],
)
async def test_a_key_of_one_column_is_its_digits_or_its_json(
    connection: asyncpg.Connection, kind: str, value: object, key: str
) -> None:
    table = declared({"k": SINGLE[kind], "g": int}, key=("k",), group="g")
    await create(connection, declared_features(table, {"least": Min("g")}), [{"k": value, "g": 1}])
    assert await connection.fetchval(f"SELECT {key_of(table, 't')} FROM things AS t") == key  # noqa: S608  # quoted


@ONE_CONNECTION
@given(data=st.data(), features=feature_tables())
async def test_rows_of_groups_are_those_of_their_groups(
    connection: asyncpg.Connection, data: st.DataObject, features: FeatureTable
) -> None:
    found = data.draw(grouped_rows(features))
    # asyncpg sends the first day that Python knows as -infinity.
    present = [group for group in features_of(described(features), found) if date.min not in group]
    chosen = data.draw(st.lists(st.sampled_from(present), unique=True)) if present else []
    extremes = [name for name, each in features.aggregates.items() if isinstance(each, Min | Max | First | Last)]
    transaction = connection.transaction()
    await transaction.start()
    try:
        await create(connection, features, found)
        names = [group.name for group in features.group]
        bound = await composites(
            connection, "thing_features", [dict(zip(names, group, strict=True)) for group in chosen]
        )
        all_rows = await connection.fetch(groups.rows_of_groups(features), bound)
        assert len(all_rows) == sum(group_of(described(features), row) in chosen for row in found)
        for name in extremes:
            extreme = await connection.fetch(groups.rows_of_extremes(features, name), bound)
            assert {row["row"] for row in extreme} <= {row["row"] for row in all_rows}
    finally:
        await transaction.rollback()
        await connection.reload_schema_state()


EXTREMES = {
    "least": (Min("price"), {1, 2}),
    "greatest": (Max("price", where="key < 4"), {3}),
    "first": (First("note", by="at"), {2, 3}),
    "last": (Last("note", by="at"), {4}),
    "greatest_text": (Max("note"), {3}),
}


@pytest.mark.parametrize("name", EXTREMES)
async def test_rows_of_an_extreme_are_all_that_have_it(connection: asyncpg.Connection, name: str) -> None:
    table = declared(
        {"key": int, "g": int, "price": int, "at": int | None, "note": str | None}, key=("key",), group="g"
    )
    features = declared_features(table, {name: EXTREMES[name][0]})
    values = [(1, 1, 1, None), (2, 1, 2, "Z"), (3, 2, 2, "a"), (4, 9, 3, "B"), (5, 3, None, "B")]
    found = [{"key": key, "g": 1, "price": price, "at": at, "note": note} for key, price, at, note in values]
    await create(connection, features, [*found, {**found[0], "key": 6, "g": 2}])
    bound = await composites(connection, "thing_features", [{"g": 1}])
    rows_of_it = await connection.fetch(groups.rows_of_extremes(features, name), bound)
    assert {json.loads(row["row"])["key"] for row in rows_of_it} == EXTREMES[name][1]
