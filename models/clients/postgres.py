"""The way to Postgres: one address, one limit of time, one translation of what goes wrong.

`session` raises what asyncpg raises, for callers that try again; `connected` raises errors of ours, for all others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from types import MappingProxyType
from typing import Any

import asyncpg
import orjson

from models.clients.postgres_refusals import complaint
from models.errors import DatabaseUnreachableError

OLDEST_VERSION = 18
"""RETURNING old.… and new.… came with Postgres 18."""

CONNECT_SECONDS = 5.0
"""Seconds that an attempt to connect may take where somebody waits for the answer."""

_CLOSE_SECONDS = 1.0

_NONE: Mapping[str, str] = MappingProxyType({})


async def connect(
    database_url: str, server_settings: Mapping[str, str] = _NONE, *, connect_seconds: float = CONNECT_SECONDS
) -> asyncpg.Connection[Any]:
    """A connection that its caller closes.

    Args:
        database_url: the address that psql takes.
        server_settings: Postgres' settings for this connection, by name.
        connect_seconds: how long connecting may take.

    Raises:
        OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError: as asyncpg raises them.
    """
    return await asyncpg.connect(
        database_url,
        timeout=connect_seconds,
        server_settings={"application_name": "exact-features", **server_settings},
    )


@asynccontextmanager
async def session(
    database_url: str, server_settings: Mapping[str, str] = _NONE, *, connect_seconds: float = CONNECT_SECONDS
) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection that is closed at the end; arguments and errors are those of `connect`."""
    connection = await connect(database_url, server_settings, connect_seconds=connect_seconds)
    try:
        yield connection
    finally:
        await connection.close(timeout=_CLOSE_SECONDS)


@asynccontextmanager
async def connected(
    database_url: str,
    server_settings: Mapping[str, str] = _NONE,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    advice: str = "",
) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection that is closed at the end; jsonb comes as Python's values, and is given as text.

    Args:
        database_url: the address that psql takes.
        server_settings: Postgres' settings for this connection, by name.
        connect_seconds: how long connecting may take.
        advice: ends the message when Postgres does not answer.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, refuses, or has no tables of ours yet, or other ones; also
            for what the statements of the caller run into.
    """
    with reported(advice):
        async with session(database_url, server_settings, connect_seconds=connect_seconds) as connection:
            await connection.set_type_codec("jsonb", encoder=str, decoder=orjson.loads, schema="pg_catalog")
            yield connection


@contextmanager
def reported(advice: str = "") -> Iterator[None]:
    """What goes wrong with Postgres becomes an error of ours.

    Args:
        advice: ends the message when Postgres does not answer.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, refuses, or has no tables of ours yet, or other ones.
    """
    try:
        yield
    except asyncpg.UndefinedTableError as error:
        raise DatabaseUnreachableError(
            f"Postgres at DATABASE_URL has no table of ours yet ({error}): start the worker, which makes them"
        ) from error
    except asyncpg.UndefinedColumnError as error:
        raise DatabaseUnreachableError(
            f"Postgres at DATABASE_URL has tables of another release or model ({error}): `ingest doctor` says which"
        ) from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        message = f"Postgres at DATABASE_URL {complaint(error)}"
        raise DatabaseUnreachableError(f"{message}; {advice}" if advice else message) from error
