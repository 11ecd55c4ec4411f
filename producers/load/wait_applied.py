"""Waiting until Postgres holds what was published."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple
from uuid import UUID

import asyncpg

from models.clients.postgres import connected

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 0.2
_CONNECT_SECONDS = 10.0
_STORED_LATER = "what was published stays in Kafka, and the worker stores it as soon as it can: ingest loads tells when"


class TopicPartition(NamedTuple):
    """One partition of a topic."""

    topic: str
    partition: int


async def lagging_after(
    timeout: float,  # noqa: ASYNC109  # the caller's limit is part of the answer, not an error
    database_url: str,
    next_offsets: Mapping[TopicPartition, int],
    topic_ids: Mapping[str, UUID],
    on_reached: Callable[[Mapping[TopicPartition, int]], None] = lambda _: None,
) -> list[str]:
    """Wait until the worker has committed everything below these offsets.

    Args:
        timeout: seconds to wait at most.
        database_url: the address that psql takes.
        next_offsets: the offset after the last one published, by partition.
        topic_ids: the ids that the topics have now: an offset counted for a topic of another id is none.
        on_reached: told each time what Postgres has come to.

    Returns:
        One line for each partition that still lags; none if all is applied.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, or no longer answers.
    """
    deadline = time.monotonic() + timeout
    connect_seconds = min(_CONNECT_SECONDS, max(timeout, 1.0))
    async with connected(database_url, connect_seconds=connect_seconds, advice=_STORED_LATER) as connection:
        return await _poll(connection, deadline, next_offsets, topic_ids, on_reached)


async def _poll(
    connection: asyncpg.Connection,
    deadline: float,
    next_offsets: Mapping[TopicPartition, int],
    topic_ids: Mapping[str, UUID],
    on_reached: Callable[[Mapping[TopicPartition, int]], None],
) -> list[str]:
    pause = _FIRST_PAUSE
    while True:
        reached = await _reached(connection, topic_ids)
        on_reached(reached)
        lagging = {at: offset for at, offset in next_offsets.items() if reached.get(at, 0) < offset}
        if not lagging or time.monotonic() + pause > deadline:
            return [
                f"{at.topic}-{at.partition} is at offset {reached.get(at, 0)} of {offset}"
                for at, offset in sorted(lagging.items())
            ]
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


async def _reached(connection: asyncpg.Connection, topic_ids: Mapping[str, UUID]) -> dict[TopicPartition, int]:
    try:
        rows = await connection.fetch(
            "SELECT topic, partition, topic_id, next_offset FROM stream_offsets WHERE topic = ANY($1::text[])",
            list(topic_ids),
        )
    except asyncpg.UndefinedTableError:  # the worker, which makes the tables, has not started yet
        return {}
    return {
        TopicPartition(row["topic"], row["partition"]): row["next_offset"]
        for row in rows
        if row["topic_id"] == topic_ids[row["topic"]]
    }
