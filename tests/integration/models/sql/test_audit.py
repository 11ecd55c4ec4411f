from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.loading import load_model
from models.declaration.model import FeatureTable, Model
from models.declare import Mean, StdDev
from models.settings.environment import Settings
from models.sql import audit
from models.sql import rows as rows_statements
from models.sql.names import listed, quoted
from models.sql.tables import create_statements
from tests.declared_features import described, feature_tables, grouped_rows
from tests.feature_oracle import features_of
from tests.integration.models.sql.model_database import (
    ONE_CONNECTION,
    composites,
    model_of,
    opened,
    published,
)

NEAR = Fraction(1, 10**12)


async def store(connection: asyncpg.Connection, features: FeatureTable, rows: Sequence[Mapping[str, Any]]) -> None:
    table = features.rows
    found = await composites(connection, table.name, [published(table, row) for row in rows])
    await connection.execute(rows_statements.upsert(table), found)


async def compared(connection: asyncpg.Connection, features: FeatureTable) -> list[asyncpg.Record]:
    return await connection.fetch(audit.compare_features(features), 1000)


async def fill(connection: asyncpg.Connection, features: FeatureTable) -> None:
    """Write what the audit expects."""
    name = quoted(features.name)
    columns = listed([*(group.name for group in features.group), *(output.name for output in features.outputs)])
    for row in await compared(connection, features):
        await connection.execute(
            f"INSERT INTO {name} ({columns}, version) "  # noqa: S608  # quoted
            f"SELECT {columns}, 1 FROM jsonb_populate_record(NULL::{name}, $1::jsonb)",
            row["expected"],
        )


def agree(value: Any, wanted: Any, aggregate: object) -> bool:  # noqa: ANN401  # of any type
    """Whether JSON says what the oracle does: a quotient has finitely many digits, a standard deviation is a root."""
    if value is None or wanted is None:
        return value is wanted
    match wanted:
        case list():
            return len(value) == len(wanted) and all(map(agree, value, wanted, [None] * len(wanted)))
        case datetime():
            return datetime.fromisoformat(value) == wanted
        case bool() | str() | date():
            return bool(value == (wanted.isoformat() if isinstance(wanted, date) else wanted))
    found = Fraction(value) ** 2 if isinstance(aggregate, StdDev) else Fraction(value)
    return abs(found - Fraction(wanted)) <= (abs(wanted) * NEAR if isinstance(aggregate, Mean | StdDev) else 0)


def check(features: FeatureTable, found: Sequence[asyncpg.Record], rows: Sequence[Mapping[str, Any]]) -> None:
    wanted = features_of(described(features), rows)
    assert len(found) == len(wanted)
    expected = [json.loads(row["expected"], parse_float=Decimal) for row in found]
    for group, values in wanted.items():
        row = next(
            row
            for row in expected
            if all(agree(row[c.name], value, None) for c, value in zip(features.group, group, strict=True))
        )
        for name, value in values.items():
            assert agree(row[name], value, features.aggregates.get(name)), (name, row[name], value)


@pytest.fixture
async def connection(empty_database: Settings) -> AsyncIterator[asyncpg.Connection]:
    async with opened(empty_database, Model("none", "", (), ())) as found:
        yield found


@ONE_CONNECTION
@given(data=st.data(), features=feature_tables())
async def test_the_audit_expects_what_the_rows_say(
    connection: asyncpg.Connection, data: st.DataObject, features: FeatureTable
) -> None:
    rows = data.draw(grouped_rows(features))
    transaction = connection.transaction()
    await transaction.start()
    try:
        for statement in create_statements(model_of([features.rows], [features])):
            await connection.execute(statement)
        await store(connection, features, rows)
        check(features, await compared(connection, features), rows)
        await fill(connection, features)
        assert await compared(connection, features) == []
    finally:
        await transaction.rollback()
        # The next table of this name has other columns.
        await connection.reload_schema_state()


ORDER = {"line": 1, "customer_email": "a@b", "quantity": 2, "paid": True}
CHANGES = {
    "order_lines": "order_lines + 1",
    "orders": "orders + 1",
    "revenue": "revenue + 0.01",
    "largest": "NULL",
    "favourite": "favourite || 'x'",
    "favourite_count": "0",
    "tied_favourites": "'{}'",
    "first_order": "first_order - interval '1 microsecond'",
    "last_sku": "'z'",
    "spread": "spread * 1.000000000000001",
}


@pytest.fixture
async def shop(empty_database: Settings) -> AsyncIterator[tuple[asyncpg.Connection, Model]]:
    model = load_model("examples/shop.py")
    async with opened(empty_database, model) as connection:
        rows = [
            {
                **ORDER,
                "order_no": f"n{number}",
                "sku": f"s{number % 3}",
                "unit_price": Decimal(number),
                "ordered_at": datetime.fromisoformat(f"2024-0{number % 2 + 1}-01T00:00:00Z"),
            }
            for number in range(7)
        ]
        await store(connection, model.features[0], rows)
        for features in model.features:
            await fill(connection, features)
        yield connection, model


@pytest.mark.parametrize("column", CHANGES)
async def test_each_column_that_is_wrong_is_found(shop: tuple[asyncpg.Connection, Model], column: str) -> None:
    connection, model = shop
    assert await compared(connection, model.features[0]) == []
    await connection.execute(f"UPDATE customer_features SET {column} = {CHANGES[column]}")  # noqa: S608  # of this module
    [row] = await compared(connection, model.features[0])
    assert (row["group"], row["wrong"]) == ('"a@b"', 1)
    found, expected = json.loads(row["found"]), json.loads(row["expected"])
    assert {name for name in expected if found[name] != expected[name]} == {column}


async def test_missing_and_superfluous_groups_are_found_in_order(shop: tuple[asyncpg.Connection, Model]) -> None:
    connection, model = shop
    months = model.features[1]
    await connection.execute("DELETE FROM customer_months WHERE ordered_at_month = '2024-01-01'")
    await connection.execute("INSERT INTO customer_months VALUES ('Z', '2024-01-01', 1, 0, 1)")
    rows = await compared(connection, months)
    assert [row["group"] for row in rows] == ['["Z", "2024-01-01"]', '["a@b", "2024-01-01"]']
    assert [(row["found"] is None, row["expected"] is None) for row in rows] == [(False, True), (True, False)]
    [first] = await connection.fetch(audit.compare_features(months), 1)
    assert first["wrong"] == 2


async def test_counters_are_compared_with_counts(shop: tuple[asyncpg.Connection, Model]) -> None:
    connection, model = shop
    await connection.execute(
        "INSERT INTO stream_offsets (topic, partition, topic_id, next_offset, row_count, feature_rows) VALUES "
        "('order_lines', 0, gen_random_uuid(), 9, 3, '{\"customer_months\": 1}'),"
        "('order_lines', 1, gen_random_uuid(), 9, 4, '{\"customer_months\": 1, \"customer_features\": 2}')"
    )
    found = {
        row["name"]: (row["counter"], row["counted"]) for row in await connection.fetch(audit.compare_counters(model))
    }
    assert found == {
        "customers": (0, 0),
        "products": (0, 0),
        "order_lines": (7, 7),
        "customer_features": (2, 1),
        "customer_months": (2, 2),
    }
