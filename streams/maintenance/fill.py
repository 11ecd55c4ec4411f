"""New columns of feature tables, filled from the stored rows while workers run: some groups a transaction.

How far it is stands in `model_fills`, written in the same transaction: after a kill, it goes on from there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg

from models.sql import fill as statements
from models.sql import model_history

if TYPE_CHECKING:
    from models.declaration.model import FeatureTable, Model
    from streams.postgres.connection import Connection

GROUPS_AT_ONCE = 1000
"""Groups of one transaction: their rows of features are locked for as long as that takes."""

PROGRESS_SECONDS = 1.0

LOCK_WAIT = "SET LOCAL lock_timeout = '1s'"
"""For the last step, which waits for whoever reads the table, and lets workers wait behind it."""


@dataclass
class Filling:
    """Columns of a feature table that are being filled."""

    table: str
    columns: Sequence[str]
    groups: int
    """How many there were when it began; others are right from the beginning."""
    filled: int


async def fill(connection: Connection, model: Model, progress: Callable[[Filling], None]) -> list[Filling]:
    """Fill all columns that are incomplete.

    Args:
        connection: of `streams.maintenance.model_changes.applying`.
        model: the one in force.
        progress: called about once a second.
    """
    tables = {features.name: features for features in model.features}
    done: list[Filling] = []
    for row in await connection.fetch(model_history.READ_FILLS):
        found = Filling(row["feature_table"], row["columns"], row["groups"], row["filled"])
        if found.columns:
            said_at = time.monotonic()
            async for groups in _filled(connection, tables[found.table], row):
                found.filled += groups
                if time.monotonic() - said_at > PROGRESS_SECONDS:
                    said_at = time.monotonic()
                    progress(found)
            done.append(found)
        await _complete(connection, row["number"], statements.complete(tables[found.table], found.columns))
    return done


async def _filled(connection: Connection, features: FeatureTable, row: asyncpg.Record) -> AsyncIterator[int]:
    """Fill some groups at a time, and say how many each time."""
    after: list[str] | None = row["after"]
    fill_groups = statements.fill_groups(features, row["columns"])
    while True:
        try:
            keys = await _fill_some(connection, features, fill_groups, row["number"], after)
        except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError):
            # A worker locks the same groups in another order, or for long: one of the two tries again.
            continue
        if not keys:
            return
        after = keys[-1]
        yield len(keys)


async def _fill_some(
    connection: Connection, features: FeatureTable, fill_groups: str, number: int, after: list[str] | None
) -> list[list[str]]:
    async with connection.transaction(isolation="read_committed"):
        begin = (GROUPS_AT_ONCE,) if after is None else (GROUPS_AT_ONCE, after)
        rows = await connection.fetch(statements.lock_groups(features, begins=after is None), *begin)
        keys: list[list[str]] = [row["key"] for row in rows]
        if keys:
            # A statement of its own: it sees all that the locks were waited for.
            await connection.execute(fill_groups, keys[0][0], keys[-1][0], *map(list, zip(*keys, strict=True)))
            await connection.execute(model_history.ADVANCE_FILL, number, keys[-1], len(keys))
        return keys


async def _complete(connection: Connection, number: int, last: Sequence[str]) -> None:
    while True:
        try:
            async with connection.transaction():
                await connection.execute(LOCK_WAIT)
                for statement in last:
                    await connection.execute(statement)
                await connection.execute(model_history.END_FILL, number)
        except asyncpg.LockNotAvailableError:
            await asyncio.sleep(1)
        else:
            return
