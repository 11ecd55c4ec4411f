"""Databases with the tables of a declaration, and rows bound as the statements take them."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
from hypothesis import HealthCheck, Phase, settings

from models.clients.engine import open_engine
from models.declaration.model import FeatureTable, Model, RowTable
from models.settings.environment import Settings
from models.sql import engine_tables
from models.sql.names import publication_names
from models.sql.tables import create_missing

EARLY, LATE, LATER = (datetime(2024, 1, day, tzinfo=UTC) for day in (1, 2, 3))
LOAD = uuid.UUID(int=2**100)

ONE_CONNECTION = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=30,
    phases=[Phase.explicit, Phase.generate],
)
"""Of a property test whose examples share a database, and undo what they do in it."""


def model_of(rows: Sequence[RowTable], features: Sequence[FeatureTable] = ()) -> Model:
    return Model("things", "", tuple(rows), tuple(features))


@asynccontextmanager
async def opened(database: Settings, model: Model) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database with no tables yet, after the engine's and the model's are made."""
    await create_tables(database, model)
    connection = await asyncpg.connect(database.database_url, server_settings={"TimeZone": "UTC"})
    try:
        yield connection
    finally:
        await connection.close()


async def create_tables(database: Settings, model: Model) -> None:
    engine = open_engine(database)
    async with engine.begin() as connection:
        await connection.run_sync(engine_tables.metadata.create_all)
        await connection.run_sync(create_missing, model)
    await engine.dispose()


def published(table: RowTable, row: Mapping[str, Any], at: datetime = LATE, line: int = 1) -> dict[str, Any]:
    """A row with its publication."""
    return {**row, **dict(zip(publication_names(table), (at, LOAD, line), strict=True))}


async def composites(
    connection: asyncpg.Connection, table: str, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Any, ...]]:
    """The rows as values of the table's row type; what a row does not say is NULL."""
    names = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(quote_ident($1)) AND attnum > 0 "
        "AND NOT attisdropped ORDER BY attnum",
        table,
    )
    return [tuple(row.get(name["attname"]) for name in names) for row in rows]


def parsed(values: Sequence[str]) -> list[dict[str, Any]]:
    return [json.loads(value) for value in values]
