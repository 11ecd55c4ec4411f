"""The worker's way to Postgres: waits for it, checks its version, and holds the pool."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import asyncpg

from models.clients.postgres import OLDEST_VERSION, session
from models.clients.postgres_refusals import complaint, is_final
from models.errors import DatabaseUnreachableError, UnsupportedDatabaseError
from models.sql.by_index import BY_INDEX
from streams.postgres import bigint_array, statements
from streams.postgres.asyncpg_adapter import transport_of
from streams.postgres.composite_types import take_rows_of
from streams.retry.backoff import Backoff
from streams.retry.outages import OUTAGES, reason

if TYPE_CHECKING:
    from models.settings.environment import Settings

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 3.0
"""Seconds that one attempt to connect may take."""

PROBE_TIMEOUT = 5.0
"""Seconds after which a Postgres that does not answer counts as away; more than a loaded one needs."""

_SERVER_SETTINGS = {
    "application_name": "exact-features worker",
    **BY_INDEX,
    # A worker that was stopped inside a transaction holds its partitions' rows: Postgres lets go of it. Between two
    # statements of a batch a worker computes for a second at most, several on a slow machine.
    "idle_in_transaction_session_timeout": "10s",
    # The same for a worker whose machine is gone.
    "client_connection_check_interval": "5s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "15s",
}

_SOCKET_OPTIONS = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 2, "TCP_USER_TIMEOUT": 15_000}
"""How soon we notice that Postgres' machine is gone; by the names that the system knows of them."""


async def wait_until_ready(settings: Settings) -> None:
    """Wait for Postgres for as long as it takes, logging each attempt, and check that it is new enough.

    Raises:
        UnsupportedDatabaseError: it is older than Postgres 18.
        DatabaseUnreachableError: it answers, but will not have us or is not trusted: no such database, wrong password,
            a certificate that is not accepted.
    """
    backoff = Backoff(log)
    while True:
        try:
            async with session(settings.database_url, connect_seconds=CONNECT_TIMEOUT) as connection:
                version = connection.get_server_version()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if is_final(error):
                raise DatabaseUnreachableError(f"Postgres {complaint(error)}") from error
            if not isinstance(error, OUTAGES):
                raise
            await backoff.wait("Postgres does not answer", error)
        else:
            break
    if version.major < OLDEST_VERSION:
        raise UnsupportedDatabaseError(
            f"Postgres {version.major}.{version.minor} is too old: {OLDEST_VERSION} or newer is needed; "
            "point DATABASE_URL at one"
        )


async def open_pool(settings: Settings, size: int, tables: Sequence[str] = ()) -> asyncpg.Pool:
    """Connections for transactions, which take record batches as rows of these tables; made again after an outage."""
    return await asyncpg.create_pool(
        settings.database_url,
        # None is kept for its own sake: the pool would say at length for each attempt that it has none.
        min_size=0,
        max_size=size,
        timeout=CONNECT_TIMEOUT,
        init=partial(_prepare, tables=tables),
        # asyncpg rolls back what is left open; all else that we set ends with its transaction.
        reset=_nothing_else,
        server_settings=_SERVER_SETTINGS,
    )


async def _prepare(connection: asyncpg.Connection, tables: Sequence[str]) -> None:
    _watch_peer(transport_of(connection).get_extra_info("socket"))
    await bigint_array.use_on(connection)
    await take_rows_of(connection, tables)


async def _nothing_else(_: asyncpg.Connection) -> None:
    """In place of a statement after each transaction, an eighth of what a small one asks of Postgres."""


def _watch_peer(peer: socket.socket) -> None:
    """Have the system notice when the other side is gone without a word."""
    if peer.family == socket.AF_UNIX:
        return
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _SOCKET_OPTIONS.items():
        if hasattr(socket, name):
            peer.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


async def fault(settings: Settings, limit: float = PROBE_TIMEOUT) -> str | None:
    """Why Postgres does not answer a new connection; None if it does."""
    try:
        async with asyncio.timeout(limit):
            async with session(settings.database_url, connect_seconds=limit) as connection:
                try:
                    await connection.fetchval(statements.PROBE)
                finally:
                    connection.terminate()
    except TimeoutError:
        return f"does not answer within {limit:.0f} s"
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return reason(error)
    return None
