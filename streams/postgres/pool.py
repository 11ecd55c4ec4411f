"""The worker's connections to Postgres, none of which can hang for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from streams.postgres.connection import Connection

SUSPICIOUS = 3.0
"""Seconds of use after which it is asked whether Postgres answers at all."""

WAIT_LIMIT = 15.0
"""Seconds to wait for a connection: while all are in use, or a new one is made."""

RELEASE_LIMIT = 2.0


class Connections:
    """A pool whose connections are cut while in use if Postgres has stopped to answer.

    A statement may take long for good reasons, so its time says nothing. But when Postgres does not answer a new
    connection either, then it hangs, or its machine is gone without a word.
    """

    def __init__(self, pool: asyncpg.Pool, find_fault: Callable[[], Awaitable[str | None]]) -> None:
        """Take the pool, and what finds out why Postgres does not answer."""
        self._pool = pool
        self._find_fault = find_fault

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[Connection]:
        """A connection for one transaction.

        Raises:
            asyncpg.ConnectionDoesNotExistError: it broke, or was cut.
            TimeoutError: there was none to be had.
        """
        connection = await self._pool.acquire(timeout=WAIT_LIMIT)
        guard = asyncio.create_task(self._guard(connection))
        try:
            yield connection
        except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            if not _is_lost(connection):
                if not _means_a_broken_connection(error):
                    raise
                connection.terminate()
            raise asyncpg.ConnectionDoesNotExistError(str(_said(error))) from error
        finally:
            guard.cancel()
            # One that cannot be reset is cut by the pool; what became of the transaction is known by now.
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
                await self._pool.release(connection, timeout=RELEASE_LIMIT)

    async def expire(self) -> None:
        """Drop all connections, so that the next ones are new."""
        await self._pool.expire_connections()

    def close(self) -> None:
        """Cut all connections; transactions under way are rolled back."""
        self._pool.terminate()

    async def _guard(self, connection: asyncpg.pool.PoolConnectionProxy) -> None:
        while True:
            await asyncio.sleep(SUSPICIOUS)
            if await self._find_fault() is not None and not _is_lost(connection):
                connection.terminate()
                return


def _said(error: Exception) -> BaseException:
    """What Postgres said, if the error at hand is only that a session it ended cannot be rolled back."""
    said = error.__context__
    return said if isinstance(said, asyncpg.PostgresError) else error


def _is_lost(connection: asyncpg.pool.PoolConnectionProxy) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        # The pool has taken it back when it broke.
        return True


def _means_a_broken_connection(error: Exception) -> bool:
    """Whether a rollback met what the break had left undone: a borrowed connection has no other user."""
    return isinstance(error, asyncpg.InternalClientError) or "another operation is in progress" in str(error)
