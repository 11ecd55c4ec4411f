"""A new database for each measurement, asked without disturbing what is measured."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import asyncpg

from bench.answer import Answer, UserTotals


class Database:
    """One database, asked from code that is not asynchronous."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._loop = asyncio.new_event_loop()
        self._connection: asyncpg.Connection = self._loop.run_until_complete(asyncpg.connect(url))

    def value(self, query: str) -> int:
        """The one number that the query returns; 0 while its table is not there yet."""
        rows = self.rows(query)
        return int(rows[0][0] or 0) if rows else 0

    def rows(self, query: str) -> Sequence[asyncpg.Record]:
        """The rows that the query returns; none while its table is not there yet."""
        try:
            found: Sequence[asyncpg.Record] = self._loop.run_until_complete(self._connection.fetch(query))
        except asyncpg.UndefinedTableError:
            return []
        return found

    def answer(self, query: str) -> Answer:
        """The aggregate: the query returns a user id and then the fields of `UserTotals`."""
        return {user: UserTotals(*map(int, found)) for user, *found in self.rows(query)}

    def execute(self, statements: str) -> None:
        """Run statements."""
        self._loop.run_until_complete(self._connection.execute(statements))

    def close(self) -> None:
        """Leave it."""
        self._loop.run_until_complete(self._connection.close())
        self._loop.close()


@contextmanager
def new_database(server_url: str) -> Iterator[Database]:
    """A database that is there for one block."""
    name = f"bench_{uuid.uuid4().hex}"
    server = Database(server_url)
    server.execute(f"CREATE DATABASE {name}")
    database = Database(f"{server_url.rsplit('/', 1)[0]}/{name}")
    try:
        yield database
    finally:
        database.close()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        # What the measurement left to be written out is not to fall into the next one.
        server.execute("CHECKPOINT")
        server.close()
