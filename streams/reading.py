"""Reading Postgres for people: one connection, read-only, with errors of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
import orjson

from models.errors import DatabaseUnreachableError
from streams.outages import reason

if TYPE_CHECKING:
    from models.settings import Settings
    from streams.connection import Connection

CONNECT_SECONDS = 5.0


@asynccontextmanager
async def reading(settings: Settings, **server_settings: str) -> AsyncIterator[Connection]:
    """A connection that changes nothing.

    Args:
        settings: where Postgres is.
        server_settings: Postgres' settings for this connection, by name.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, or has no tables of ours yet.
    """
    try:
        connection = await asyncpg.connect(
            settings.database_url,
            timeout=CONNECT_SECONDS,
            server_settings={
                "application_name": "exact-features",
                "default_transaction_read_only": "on",
                **server_settings,
            },
        )
        try:
            await connection.set_type_codec("jsonb", encoder=str, decoder=orjson.loads, schema="pg_catalog")
            yield connection
        finally:
            await connection.close(timeout=1)
    except asyncpg.UndefinedTableError as error:
        raise DatabaseUnreachableError(
            f"Postgres at DATABASE_URL has no table of ours yet ({error}): start the worker, which makes them"
        ) from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise DatabaseUnreachableError(f"Postgres at DATABASE_URL does not answer: {reason(error)}") from error
