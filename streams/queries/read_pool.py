"""A pool of connections that read only: what answers programs in milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from models.clients.postgres import CONNECT_SECONDS, reported
from models.sql.by_index import BY_INDEX

if TYPE_CHECKING:
    from streams.postgres.connection import Connection

_CLOSE_SECONDS = 1.0


class ReadPool:
    """Connections that are made when they are needed, and made again after an outage; they read by indexes."""

    def __init__(self, database_url: str, size: int, **server_settings: str) -> None:
        """Take the address, how many connections there may be, and Postgres' settings for them."""
        self._database_url = database_url
        self._size = size
        self._server_settings = {
            "application_name": "exact-features",
            "default_transaction_read_only": "on",
            **BY_INDEX,
            **server_settings,
        }
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection, for as long as it is needed.

        Raises:
            DatabaseUnreachableError: Postgres does not answer, refuses, or has no tables of ours yet; also for what
                the statements of the caller run into.
        """
        with reported():
            async with (await self._opened()).acquire(timeout=CONNECT_SECONDS) as connection:
                try:
                    yield connection
                except asyncpg.InternalClientError as error:
                    # Postgres had ended the session, which asyncpg finds out in the middle of a request.
                    connection.terminate()
                    raise asyncpg.ConnectionDoesNotExistError(str(error)) from error

    async def close(self) -> None:
        """Close the connections; those that do not close in time are cut."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._database_url,
                    min_size=0,
                    max_size=self._size,
                    timeout=CONNECT_SECONDS,
                    server_settings=self._server_settings,
                    reset=_as_it_is,
                )
            return self._pool


async def _as_it_is(_: asyncpg.Connection) -> None:
    """A reader leaves nothing behind in its session: resetting that would cost a round trip each time."""
