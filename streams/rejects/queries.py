"""The rejected rows, for people and programs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from streams.postgres.read_only import read_only_connection
from streams.rejects import statements as reject_statements

if TYPE_CHECKING:
    from models.settings.environment import Settings

_FETCHED_AT_ONCE = 1000


@dataclass(frozen=True)
class Choice:
    """Which rejects are meant; None: whatever it is."""

    state: str | None = None
    """`open` or `resolved`; None for both."""
    load_id: UUID | None = None
    """The load that rejected or resolved it."""
    file: str | None = None
    kind: str | None = None
    code: str | None = None


async def read_rejects(settings: Settings, choice: Choice, limit: int) -> list[dict[str, Any]]:
    """The newest rejects, the latest first.

    Raises:
        DatabaseUnreachableError: Postgres does not answer.
    """
    async with read_only_connection(settings) as connection:
        rows = await connection.fetch(reject_statements.READ_REJECTS, *astuple(choice), limit)
    return [dict(row) for row in rows]


async def read_reject(settings: Settings, number: int) -> dict[str, Any] | None:
    """One reject with all that is known of it; None if there is none of that number.

    Raises:
        DatabaseUnreachableError: Postgres does not answer.
    """
    async with read_only_connection(settings) as connection:
        row = await connection.fetchrow(reject_statements.READ_REJECT, number)
    return None if row is None else dict(row)


async def replayable(settings: Settings, choice: Choice) -> AsyncIterator[dict[str, Any]]:
    """The rejected rows of files, by file and line, with their text and their file's header.

    Raises:
        DatabaseUnreachableError: Postgres does not answer.
    """
    async with read_only_connection(settings) as connection, connection.transaction(readonly=True):
        cursor = connection.cursor(reject_statements.READ_REPLAYABLE, *astuple(choice), prefetch=_FETCHED_AT_ONCE)
        async for row in cursor:
            yield dict(row)
