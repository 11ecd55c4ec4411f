"""What the page shows of Postgres: read beside the worker's transactions, and held to limits so as not to slow them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from models.aggregates.most_common import MostCommon
from models.clients.statements import READ_POSITIONS
from models.declaration.in_force import model_named
from models.errors import DatabaseUnreachableError, ExactFeaturesError
from models.sql.counters import read_counters
from streams.loads import statements as load_statements
from streams.loads.queries import listed
from streams.postgres.read_only import read_only_connection
from streams.queries import page_statements
from streams.queries.labels import labelled_columns
from streams.queries.model import read_incomplete
from streams.queries.report_statements import read_groups

if TYPE_CHECKING:
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection

AT_ONCE = 2
"""Connections of all readers of the page together."""

QUEUE_SECONDS = 5.0
"""How long a reader waits for one of them."""

STATEMENT_MS = 2_000
"""How long one statement may take."""

LOADS_SHOWN, VALUES_SHOWN = 10, 8

REJECTS_COUNTED = 10_000
"""So many of the newest rejects are counted by their codes."""

GROUPS_SORTED = 200_000
"""By a feature, groups without rows are sorted among the others only where no table has more rows than this."""

GROUPS_LOOKED_AT = 20_000
"""Of a feature table with more groups, the most common values are found from a sample of about this size."""


class TooSlowError(ExactFeaturesError):
    """Postgres would have to work longer for a reader than is good for the batches."""


@dataclass(frozen=True)
class GroupQuery:
    """Which groups of a feature table are asked for."""

    table: str
    number: int | None
    """What the first column of the group is."""
    part: str | None
    """A part of its text or label."""
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


@dataclass(frozen=True)
class Groups:
    """Groups that were read, one more than asked for if there are more."""

    rows: list[dict[str, Any]]
    with_rows_only: bool
    """Whether groups without rows were left out, as there are too many to be sorted."""


class PageReader:
    """Reads over connections of its own, few at a time, each statement within a limit and on one processor."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model = model_named(settings.model)
        self._semaphore = asyncio.Semaphore(AT_ONCE)

    async def groups(self, query: GroupQuery) -> Groups:
        """Groups with their features and labels.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        features = self._model.features_named(query.table)
        is_by_feature = query.sort in {output.name for output in features.outputs} and query.part is None
        async with self.reading() as connection:
            [counters] = await connection.fetch(read_counters(self._model))
            only = is_by_feature and max(dict(counters).values()) > GROUPS_SORTED
            statement = read_groups(self._model, features, query.sort, query.direction, with_rows_only=only)
            rows = await connection.fetch(statement, query.number, query.part, query.limit + 1, query.offset)
        return Groups([dict(row) for row in rows], only)

    async def rejects(self, query: RejectQuery) -> list[dict[str, Any]]:
        """Rejects, the latest first, one more than asked for if there are more.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        return await self._rows(page_statements.READ_REJECTS, query.state, query.before, query.limit + 1)

    async def overview(self) -> dict[str, Any]:
        """Counts of rows, positions of partitions, the latest loads, the newest reject's number, what is being filled.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        async with self.reading() as connection:
            [rows] = await connection.fetch(read_counters(self._model))
            return {
                "rows": dict(rows),
                "positions": await connection.fetch(READ_POSITIONS),
                "loads": listed(await connection.fetch(load_statements.READ_LOADS, LOADS_SHOWN, None)),
                "newest_reject": await connection.fetchval(page_statements.READ_NEWEST_REJECT),
                "incomplete": await read_incomplete(connection),
            }

    async def charts(self) -> list[dict[str, Any]]:
        """For each MostCommon the values that most groups have; of many groups, of some of them.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        async with self.reading() as connection:
            [counters] = await connection.fetch(read_counters(self._model))
            found = []
            for features in self._model.features:
                share = min(1.0, GROUPS_LOOKED_AT / max(1, counters[features.name]))
                labelled = dict(labelled_columns(self._model, features))
                for name, aggregate in features.aggregates.items():
                    if isinstance(aggregate, MostCommon):
                        statement = page_statements.read_most_common(features, name, labelled.get(name))
                        rows = await connection.fetch(statement, share * 100, VALUES_SHOWN)
                        found.append(_chart(features.name, name, rows, is_sample=share < 1))
        return found

    async def reject_codes(self) -> list[dict[str, Any]]:
        """How many of the newest rejects have which code, the most common first.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        return await self._rows(page_statements.COUNT_REJECT_CODES, REJECTS_COUNTED)

    async def _rows(self, statement: str, *arguments: object) -> list[dict[str, Any]]:
        async with self.reading() as connection:
            return [dict(row) for row in await connection.fetch(statement, *arguments)]

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A connection for some statements.

        Raises:
            TooSlowError: there is none soon, or a statement takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
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


def _chart(table: str, column: str, rows: Sequence[Mapping[str, Any]], *, is_sample: bool) -> dict[str, Any]:
    return {
        "table": table,
        "column": column,
        "groups_looked_at": rows[0]["looked_at"] if rows else 0,
        "is_sample": is_sample,
        "top": [{"value": str(row["value"]), "label": row["label"], "groups": row["groups"]} for row in rows],
    }
