"""A transaction whose last statement and COMMIT are one message to Postgres.

asyncpg's own sends COMMIT by itself: of a small transaction's six round trips that is one. Inside of this one
`Connection.transaction()` is refused, by asyncpg; a part that may fail goes in a `savepoint`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.postgres.connection import Connection

Commit = Callable[..., Awaitable[None]]
"""Commits, after a statement without binds if there is one. To be called once, at the end."""

# By name, for a database may have another default, in which having waited for another worker is an error.
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
SAVEPOINT = "SAVEPOINT part"
UNDO = "ROLLBACK TO part"
RELEASE = "RELEASE part"


@asynccontextmanager
async def transaction(connection: Connection) -> AsyncIterator[Commit]:
    """A transaction that its body commits; rolled back if that raises.

    Raises:
        asyncpg.PostgresError: as it comes; nothing is stored then.
    """

    async def commit(statement: str = "") -> None:
        await connection.execute(f"{statement};COMMIT")

    await connection.execute(BEGIN)
    try:
        yield commit
    except BaseException:
        await connection.execute("ROLLBACK")
        raise


@asynccontextmanager
async def savepoint(connection: Connection) -> AsyncIterator[None]:
    """A part of a transaction that is undone by itself if it raises."""
    await connection.execute(SAVEPOINT)
    try:
        yield
    except BaseException:
        await connection.execute(UNDO)
        raise
    await connection.execute(RELEASE)
