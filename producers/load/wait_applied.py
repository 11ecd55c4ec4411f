"""Waiting until Postgres holds what was published."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from uuid import UUID

from models.clients.applied_offsets import LONGEST_PAUSE, TopicPartition, applied_offsets, missing
from models.clients.postgres import connected

_CONNECT_SECONDS = 10.0
_STORED_LATER = "what was published stays in Kafka until the worker stores it: see ingest loads"


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
        on_reached: called each time with the offsets that Postgres has reached.

    Returns:
        One line for each partition that still lags; none if all is applied.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, or no longer answers.
    """
    deadline = time.monotonic() + timeout
    connect_seconds = min(_CONNECT_SECONDS, max(timeout, 1.0))
    async with connected(database_url, connect_seconds=connect_seconds, advice=_STORED_LATER) as connection:
        async for applied in applied_offsets(connection, topic_ids):
            on_reached(applied)
            lagging = missing(next_offsets, applied)
            if not lagging or time.monotonic() + LONGEST_PAUSE > deadline:
                break
    return [
        f"{at.topic}-{at.partition} is at offset {next_offsets[at] - behind} of {next_offsets[at]}"
        for at, behind in sorted(lagging.items())
    ]
