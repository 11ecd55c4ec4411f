"""A new database for each measurement, asked without disturbing what is measured."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg


class Database:
    """One database, asked from code that is not asynchronous."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._loop = asyncio.new_event_loop()
        self._connection: asyncpg.Connection = self._loop.run_until_complete(asyncpg.connect(url))

    def value(self, query: str) -> int:
        """The one number that the query returns; 0 while its table is not there yet."""
        try:
            found = self._loop.run_until_complete(self._connection.fetchval(query))
        except asyncpg.UndefinedTableError:
            return 0
        return int(found or 0)

    def execute(self, statement: str) -> None:
        """Run a statement."""
        self._loop.run_until_complete(self._connection.execute(statement))

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
        server.close()
