"""The worker's way to Postgres: waits for it, checks its version, migrates it, and holds the pool."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

import migrations
from models.errors import DatabaseUnreachableError, UnsupportedDatabaseError
from streams import array_codec
from streams.backoff import Backoff
from streams.persistence import OUTAGES

if TYPE_CHECKING:
    from models.settings import Settings

log = logging.getLogger(__name__)

OLDEST_VERSION = 18
"""RETURNING old.… and new.… came with Postgres 18."""

CONNECT_TIMEOUT = 5.0
"""Seconds that one attempt to connect may take."""


async def wait_until_ready(settings: Settings) -> None:
    """Wait for Postgres for as long as it takes, logging each attempt, and check that it is new enough.

    Raises:
        UnsupportedDatabaseError: it is older than Postgres 18.
        DatabaseUnreachableError: it answers, but will not have us: no such database, wrong password.
    """
    backoff = Backoff(log)
    while True:
        try:
            connection = await asyncpg.connect(settings.database_url, timeout=CONNECT_TIMEOUT)
        except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
            raise DatabaseUnreachableError(f"Postgres refuses the connection ({error}); check DATABASE_URL") from error
        except OUTAGES as error:
            await backoff.wait("Postgres does not answer", error)
        else:
            break
    try:
        _check_version(connection)
    finally:
        await connection.close()


def _check_version(connection: asyncpg.Connection) -> None:
    version = connection.get_server_version()
    if version.major < OLDEST_VERSION:
        raise UnsupportedDatabaseError(
            f"Postgres {version.major}.{version.minor} is too old: {OLDEST_VERSION} or newer is needed; "
            "point DATABASE_URL at one"
        )


async def migrate(settings: Settings) -> None:
    """Bring the schema up to date; several processes may do so at once."""
    engine = create_async_engine(settings.sqlalchemy_url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await _upgrade(connection)
    finally:
        await engine.dispose()


async def _upgrade(connection: AsyncConnection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection.sync_connection
    await connection.run_sync(lambda _: command.upgrade(config, "head"))
    await connection.commit()


async def open_pool(settings: Settings, size: int) -> asyncpg.Pool:
    """Connections for transactions; made again as needed after an outage."""
    return await asyncpg.create_pool(
        settings.database_url,
        min_size=1,
        max_size=size,
        timeout=CONNECT_TIMEOUT,
        init=array_codec.use_on,
        server_settings={"application_name": "exact-features worker", "jit": "off"},
    )
