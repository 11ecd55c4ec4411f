from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, Text, cast, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from models.clients.engine import open_engine
from models.declaration.loading import load_model
from models.declaration.model import RowTable
from models.settings.environment import Settings
from models.sql.tables import PostgresType
from models.wire.decode import Decoder
from models.wire.form_reader import FormReader
from tests.declared_tables import record_batch, row_tables, rows_of

ALONE = 10**9


@pytest.fixture
async def connection(empty_database: Settings) -> AsyncIterator[AsyncConnection]:
    async with open_engine(empty_database).begin() as opened:
        await opened.execute(text("SET TIME ZONE 'UTC'"))
        yield opened


async def as_json(connection: AsyncConnection, table: RowTable, rows: list[dict[str, Any]]) -> list[list[bytes]]:
    """Each row as JSON that Postgres writes, in both of its ways."""
    stored = Table(
        "stored", MetaData(), *(Column(column.name, PostgresType(column.type.postgres)) for column in table.columns)
    )
    await connection.run_sync(stored.create)
    if rows:
        await connection.execute(insert(stored), rows)
    members = [part for column in stored.columns for part in (cast(column.name, Text), column)]
    whole: ColumnElement[Any] = func.to_json(text("stored"))
    ways = []
    for way in (whole, func.json_build_object(*members)):
        found = await connection.scalars(select(cast(way, Text)).select_from(stored))
        ways.append([value.encode() for value in found])
    await connection.run_sync(stored.drop)
    return ways


@st.composite
def tables_with_rows(draw: st.DrawFn) -> tuple[RowTable, list[dict[str, Any]]]:
    table = draw(row_tables())
    return table, draw(rows_of(table, min_size=1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=tables_with_rows())
async def test_rows_come_back_from_postgres(
    connection: AsyncConnection, drawn: tuple[RowTable, list[dict[str, Any]]]
) -> None:
    table, rows = drawn
    for values in await as_json(connection, table, rows):
        for few in (1, ALONE):
            found = Decoder(table, few).decode(pa.array(values, pa.binary()))
            assert found.rows.equals(record_batch(table, rows))


async def test_what_postgres_writes_is_read_by_columns(connection: AsyncConnection) -> None:
    [table] = [table for table in load_model("examples/shop.py").rows if table.name == "order_lines"]
    row = {
        "order_no": "A-1",
        "line": 1,
        "customer_email": "zoë@example.org",
        "sku": "S-1",
        "quantity": 2,
        "unit_price": Decimal("-1.50"),
        "paid": True,
        "ordered_at": datetime(2024, 1, 2, 3, 4, 5, 600, tzinfo=UTC),
    }
    whole, _ = await as_json(connection, table, [row])
    assert FormReader(table).read(pa.array(whole, pa.binary())).rows.to_pylist() == [row]
