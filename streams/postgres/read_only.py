"""Reading Postgres for people: one connection, read-only, with errors of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
import orjson

from models.clients.postgres_refusals import complaint
from models.errors import DatabaseUnreachableError

if TYPE_CHECKING:
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection

CONNECT_SECONDS = 5.0


@asynccontextmanager
async def read_only_connection(settings: Settings, **server_settings: str) -> AsyncIterator[Connection]:
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
        raise DatabaseUnreachableError(f"Postgres at DATABASE_URL {complaint(error)}") from error
