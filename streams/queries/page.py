"""What the page shows of Postgres: read beside the worker's transactions, and held to limits so as not to slow them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from models.clients.statements import READ_POSITIONS
from models.declaration.in_force import model_named
from models.errors import DatabaseUnreachableError, ExactFeaturesError
from models.sql.counters import read_counters
from streams.loads import statements as load_statements
from streams.loads.queries import listed
from streams.postgres.read_only import read_only_connection
from streams.queries import page_statements

if TYPE_CHECKING:
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection

AT_ONCE = 2
"""Connections of all readers of the page together."""

QUEUE_SECONDS = 5.0
"""How long a reader waits for one of them."""

STATEMENT_MS = 2_000
"""How long one statement may take."""

LOADS_SHOWN, COMPOUNDS_SHOWN = 10, 8

USERS_LOOKED_AT = 20_000
"""If there are more users, the most common compounds are found from a sample of about this size."""


class TooSlowError(ExactFeaturesError):
    """Postgres would have to work longer for a reader than is good for the batches."""


@dataclass(frozen=True)
class UserQuery:
    """Which users of the report are asked for."""

    user_id: int | None
    name_part: str | None
    sort: str
    direction: str
    limit: int
    offset: int


@dataclass(frozen=True)
class RejectQuery:
    """Which rejects to list."""

    state: str | None
    before: int | None
    """Only rejects with a lower number."""
    limit: int


class PageReader:
    """Reads over connections of its own, few at a time, each statement within a limit and on one processor."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model = model_named(settings.model)
        self._semaphore = asyncio.Semaphore(AT_ONCE)

    async def users(self, query: UserQuery) -> list[dict[str, Any]]:
        """Rows of user_report, one more than asked for if there are more.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        statement = page_statements.read_users(query.sort, query.direction)
        return await self._rows(statement, query.user_id, query.name_part, query.limit + 1, query.offset)

    async def rejects(self, query: RejectQuery) -> list[dict[str, Any]]:
        """Rejects, the latest first, one more than asked for if there are more.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        return await self._rows(page_statements.READ_REJECTS, query.state, query.before, query.limit + 1)

    async def overview(self) -> dict[str, Any]:
        """Counts of rows, positions of partitions, the latest loads, the newest reject's number.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        async with self._reading() as connection:
            [rows] = await connection.fetch(read_counters(self._model))
            return {
                "rows": dict(rows),
                "positions": await connection.fetch(READ_POSITIONS),
                "loads": listed(await connection.fetch(load_statements.READ_LOADS, LOADS_SHOWN, None)),
                "newest_reject": await connection.fetchval(page_statements.READ_NEWEST_REJECT),
            }

    async def top_compounds(self) -> dict[str, Any]:
        """The compounds that are the top compound of most users; of many users, of some of them.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        async with self._reading() as connection:
            [counters] = await connection.fetch(read_counters(self._model))
            share = min(1.0, USERS_LOOKED_AT / max(1, counters["active_users"]))
            rows = await connection.fetch(page_statements.READ_TOP_COMPOUNDS, share * 100, COMPOUNDS_SHOWN)
        return {
            "users_looked_at": rows[0]["looked_at"] if rows else 0,
            "is_sample": share < 1,
            "top": [
                {"compound_id": str(row["compound_id"]), "name": row["name"], "users": row["users"]} for row in rows
            ],
        }

    async def _rows(self, statement: str, *arguments: object) -> list[dict[str, Any]]:
        async with self._reading() as connection:
            return [dict(row) for row in await connection.fetch(statement, *arguments)]

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Connection]:
        try:
            await asyncio.wait_for(self._semaphore.acquire(), QUEUE_SECONDS)
        except TimeoutError:
            raise TooSlowError("too many readers at the moment: try again") from None
        try:
            async with read_only_connection(
                self._settings, statement_timeout=str(STATEMENT_MS), max_parallel_workers_per_gather="0"
            ) as connection:
                yield connection
        except DatabaseUnreachableError as error:
            if isinstance(error.__cause__, asyncpg.QueryCanceledError):
                raise TooSlowError(
                    f"Postgres was given {STATEMENT_MS / 1000:.0f} s, which was too little: ask for less, "
                    "or ask it directly with psql"
                ) from None
            raise
        finally:
            self._semaphore.release()
