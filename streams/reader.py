"""`FeatureReader`: features for a program in Python, over Postgres alone.

It needs neither Kafka nor the model file: what tables there are and what names their groups, Postgres' catalog says.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

import asyncpg

from models.errors import ExactFeaturesError
from streams.postgres.asyncpg_adapter import UnencodableError
from streams.queries import feature_statements
from streams.queries.feature_statements import KeyedTable
from streams.queries.read_pool import ReadPool

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from asyncpg import Record

CONNECTIONS = 4
"""Most connections of one reader, for callers that ask at the same time."""

_PREFETCHED = 1000
_OF_THE_ENGINE = frozenset({"version", "updated_at"})

Key = Any
"""What names a group: the value of its column, or a tuple of the values of its columns."""


class UnknownTableError(ExactFeaturesError):
    """There is no feature table of that name."""


class KeyShapeError(ExactFeaturesError):
    """A key has more or fewer values than the table's groups have columns, or one of another type."""


@dataclass(frozen=True, slots=True)
class GroupFeatures:
    """The features of one group, as one transaction wrote them."""

    key: dict[str, Any]
    """By column."""
    features: dict[str, Any]
    """By column: int, Decimal, str, bool, date, datetime in UTC, list; None is NULL."""
    version: int
    """Another one each time that the features are written; it has no order."""
    updated_at: datetime
    waiting: bool
    """Whether a load of which Postgres knows has published rows that are not applied yet, of whatever table."""
    incomplete: Sequence[str]
    """The columns of the table that a change of the model is still filling: each is None or right until all are."""


class FeatureReader:
    """Reads features by their keys; a context manager, whose connections change nothing.

    Callers may share one: each question takes one of a few connections. After an outage of Postgres it goes on.
    """

    def __init__(self, database_url: str, *, connections: int = CONNECTIONS) -> None:
        """Take the address that psql takes, and how many questions may be asked at the same time."""
        self._pool = ReadPool(database_url, connections)
        self._described: Mapping[str, KeyedTable] = {}
        self._describing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Find out which tables there are.

        Raises:
            DatabaseUnreachableError: Postgres does not answer.
        """
        await self.tables()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._pool.close()

    async def tables(self) -> list[str]:
        """The names of the feature tables.

        Raises:
            DatabaseUnreachableError: Postgres does not answer.
        """
        async with self._describing, self._pool.connection() as connection:
            self._described = _described(await connection.fetch(feature_statements.DESCRIBE_TABLES))
        return list(self._described)

    async def get(self, table: str, *key: Any) -> GroupFeatures | None:  # noqa: ANN401  # values of any column
        """The features of one group, named by the value of each of its columns; None if there is no such group.

        Raises:
            UnknownTableError, KeyShapeError: there is no such table, or its groups have other keys.
            DatabaseUnreachableError: Postgres does not answer.
        """
        [found] = await self.get_many(table, [key])
        return found

    async def get_many(self, table: str, keys: Sequence[Key]) -> list[GroupFeatures | None]:
        """The features of several groups in the order of their keys, from one snapshot; None for one that is not there.

        Args:
            table: of features.
            keys: values, or tuples of them where a key has several columns.

        Raises:
            UnknownTableError, KeyShapeError: there is no such table, or its groups have other keys.
            DatabaseUnreachableError: Postgres does not answer.
        """
        described = await self._table(table)
        arrays = _arrays(described, keys)
        if not keys:
            return []
        statement = feature_statements.read_by_keys(
            described, feature_statements.columns_of_groups(described), feature_statements.LOADS_ARE_WAITING
        )
        async with self._pool.connection() as connection:
            try:
                rows = await connection.fetch(statement, *arrays)
            except (asyncpg.DataError, UnencodableError) as error:
                types = ", ".join(f"{name} {kind}" for name, kind in described.key.items())
                raise KeyShapeError(f"a key of {table} does not fit: its columns are {types} ({error})") from None
        return [_group(described, row) if row["version"] is not None else None for row in rows]

    async def iterate(self, table: str) -> AsyncIterator[GroupFeatures]:
        """All groups in the order of their keys, from one snapshot, few at a time in memory.

        Raises:
            UnknownTableError: there is no such table.
            DatabaseUnreachableError: Postgres does not answer.
        """
        described = await self._table(table)
        statement = feature_statements.read_all(described)
        async with (
            self._pool.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            async for row in connection.cursor(statement, prefetch=_PREFETCHED):
                yield _group(described, row)

    async def _table(self, name: str) -> KeyedTable:
        if name not in self._described:
            # It may have been made since.
            await self.tables()
        if name not in self._described:
            raise UnknownTableError(f"{name} is not a feature table; there are: {', '.join(self._described) or 'none'}")
        return self._described[name]


def _described(rows: Sequence[Record]) -> dict[str, KeyedTable]:
    found: dict[str, list[Record]] = {}
    for row in rows:
        found.setdefault(row["name"], []).append(row)
    return {name: _keyed(name, columns) for name, columns in found.items()}


def _keyed(name: str, columns: Sequence[Record]) -> KeyedTable:
    key = sorted((row for row in columns if row["key_place"] is not None), key=lambda row: row["key_place"])
    features = [row["column"] for row in columns if row["key_place"] is None and row["column"] not in _OF_THE_ENGINE]
    return KeyedTable(name, {row["column"]: row["type"] for row in key}, tuple(features))


def _arrays(table: KeyedTable, keys: Sequence[Key]) -> list[list[Any]]:
    """The values of all keys, by column."""
    tuples = [key if isinstance(key, tuple) else (key,) for key in keys]
    for key in tuples:
        # asyncpg would take 7.5 for 7.
        if len(key) != len(table.key) or any(value is None or isinstance(value, float) for value in key):
            raise KeyShapeError(
                f"{key!r} is not a key of {table.name}: give a value for each of {', '.join(table.key)}"
            )
    return [list(column) for column in zip(*tuples, strict=True)]


def _group(table: KeyedTable, row: Record) -> GroupFeatures:
    return GroupFeatures(
        {name: row[name] for name in table.key},
        {name: row[name] for name in table.columns},
        row["version"],
        row["updated_at"],
        row["waiting"],
        row["incomplete"],
    )
