from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from decimal import localcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Column, ColumnElement, Integer, MetaData, Table, delete, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.engine import open_engine
from models.expressions.parse import condition, parsed
from models.expressions.syntax import Expression
from models.expressions.to_sql import sql_of
from models.settings.environment import Settings
from models.sql.tables import PostgresType
from tests.declared_expressions import DECLARED, conditions, numbers, rows
from tests.expression_oracle import worth

STORED = Table(
    "stored",
    MetaData(),
    Column("row_number", Integer, primary_key=True),
    *(Column(column.name, PostgresType(column.type.postgres)) for column in DECLARED),
)
TYPES = {column.name: column.type for column in DECLARED}
ON_ONE_CONNECTION = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


async def in_postgres(connection: AsyncConnection, expression: Expression, table: list[dict[str, Any]]) -> list[Any]:
    await connection.execute(delete(STORED))
    if table:
        await connection.execute(insert(STORED), [{"row_number": number, **row} for number, row in enumerate(table)])
    found: ColumnElement[Any] = literal_column(sql_of(expression, {column.name: column.name for column in DECLARED}))
    return list(await connection.scalars(select(found).select_from(STORED).order_by(STORED.c.row_number)))


def expected(text: str, table: list[dict[str, Any]]) -> list[Any]:
    with localcontext(prec=200):
        return [worth(text, row) for row in table]


@pytest.fixture
async def connection(empty_database: Settings) -> AsyncIterator[AsyncConnection]:
    async with open_engine(empty_database).begin() as opened:
        await opened.run_sync(STORED.metadata.create_all)
        yield opened


async def hold(read: Callable[..., Expression], text: str, table: list[dict[str, Any]], to: AsyncConnection) -> None:
    assert await in_postgres(to, read(text, TYPES), table) == expected(text, table)


@ON_ONE_CONNECTION
@given(text=numbers(), table=rows())
async def test_a_number_in_sql_is_what_python_computes(
    connection: AsyncConnection, text: str, table: list[dict[str, Any]]
) -> None:
    await hold(parsed, text, table, connection)


@ON_ONE_CONNECTION
@given(text=conditions(), table=rows())
async def test_a_condition_in_sql_is_what_python_finds(
    connection: AsyncConnection, text: str, table: list[dict[str, Any]]
) -> None:
    await hold(condition, text, table, connection)
