"""Databases of the tests: migrated once for each server, and copied from then on."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from models.settings.environment import Settings
from streams.postgres import migration

EMPTY, MIGRATED = "template0", "migrated"


@asynccontextmanager
async def empty_database(server: str) -> AsyncIterator[str]:
    """The address of a database without any table, on the server of this address; dropped at the end."""
    async with _copy_of(EMPTY, server) as address:
        yield address


@asynccontextmanager
async def migrated_database(server: str) -> AsyncIterator[str]:
    """The same with all tables, as the first worker leaves it."""
    await _migrate_once(server)
    async with _copy_of(MIGRATED, server) as address:
        yield address


@asynccontextmanager
async def _copy_of(template: str, server: str) -> AsyncIterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    await _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _address(server, name)
    finally:
        # By a connection of its own: the test may have killed the server in between.
        await _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


async def _migrate_once(server: str) -> None:
    try:
        await _execute(server, f"CREATE DATABASE {MIGRATED}")
    except asyncpg.DuplicateDatabaseError:
        return
    await migration.migrate(Settings(database_url=_address(server, MIGRATED)))


async def _execute(server: str, command: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(command)
    finally:
        await connection.close()


def _address(server: str, name: str) -> str:
    return f"{server.rsplit('/', 1)[0]}/{name}"
