"""The database of a history."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from embedded.ports import LOOPBACK


def _name() -> str:
    return f"lab_{uuid.uuid4().hex}"


@dataclass(frozen=True, slots=True)
class Database:
    """A database of its own on the server of all histories; it is there once it is created."""

    server: str
    """The URL of the server's own database."""
    port: int
    name: str = field(default_factory=_name)

    def at(self, port: int) -> str:
        """Its URL where the server is reached through this port."""
        return f"postgresql://postgres@{LOOPBACK}:{port}/{self.name}"

    @property
    def url(self) -> str:
        """Its URL without a proxy."""
        return self.at(self.port)

    async def create(self) -> None:
        """Create it, empty."""
        await self.admin(f"CREATE DATABASE {self.name}")

    async def drop(self) -> None:
        """Drop it, whoever is connected."""
        await self.admin(f"DROP DATABASE {self.name} WITH (FORCE)")

    async def admin(self, statement: str) -> None:
        """A statement in the server's own database."""
        async with _connected(self.server) as connection:
            await connection.execute(statement)

    async def execute(self, statement: str) -> None:
        """A statement in this database."""
        async with self.connected() as connection:
            await connection.execute(statement)

    def connected(self) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """A connection without a proxy."""
        return _connected(self.url)

    async def offsets(self) -> dict[tuple[str, int], int]:
        """Up to where each partition of each topic is applied."""
        async with self.connected() as connection:
            rows = await connection.fetch("SELECT topic, partition, next_offset FROM stream_offsets")
        return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
