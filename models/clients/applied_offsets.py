"""Waiting until Postgres holds what is in Kafka: up to where the worker has applied each partition."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from models.clients import statements

if TYPE_CHECKING:
    from uuid import UUID

    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

_FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.2
"""Longest pause between two queries, in seconds."""


class TopicPartition(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int


def missing(
    next_offsets: Mapping[TopicPartition, int], applied: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """How many offsets are not applied yet, of the partitions that lag."""
    return {at: offset - applied.get(at, 0) for at, offset in next_offsets.items() if applied.get(at, 0) < offset}


async def applied_offsets(
    connection: asyncpg.Connection[Any] | PoolConnectionProxy[Any],
    topic_ids: Mapping[str, UUID],
    longest_pause: float = LONGEST_PAUSE,
) -> AsyncIterator[dict[TopicPartition, int]]:
    """The next offset of each partition that Postgres knows, queried again and again, with a pause in between.

    Args:
        connection: of a database that may have no tables yet.
        topic_ids: the ids that the topics have now: an offset counted for a topic of another id is none.
        longest_pause: the pause in seconds, once the first shorter ones have passed.
    """
    pause = min(_FIRST_PAUSE, longest_pause)
    while True:
        yield await _applied(connection, topic_ids)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, longest_pause)


async def _applied(
    connection: asyncpg.Connection[Any] | PoolConnectionProxy[Any], topic_ids: Mapping[str, UUID]
) -> dict[TopicPartition, int]:
    # Here and not above: most loads need no client of Postgres, and it takes 2 MB.
    from asyncpg import UndefinedTableError  # noqa: PLC0415

    try:
        rows = await connection.fetch(statements.READ_POSITIONS)
    except UndefinedTableError:  # the worker, which makes the tables, has not started yet
        return {}
    return {
        TopicPartition(row["topic"], row["partition"]): row["next_offset"]
        for row in rows
        if row["topic_id"] == topic_ids.get(row["topic"])
    }
