"""The offset at which each partition resumes, from Postgres' `stream_offsets`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from faust.types import TP

from models.errors import StalePositionError
from streams.offsets import statements as offset_statements

if TYPE_CHECKING:
    from streams.kafka.timestamps import RefusedBefore
    from streams.postgres.connection import Connection


@dataclass(frozen=True, slots=True)
class StartOffset:
    """The topic's id and the next offset to read of one partition."""

    topic_id: UUID
    next_offset: int
    refused_before: RefusedBefore = frozenset()
    """Records from there on whose timestamps were refused when they were read before."""


async def read_start_offsets(
    connection: Connection, partitions: set[TP], topic_ids: Mapping[str, UUID]
) -> dict[TP, StartOffset]:
    """Make sure that each partition has its row, and read where it stands.

    A topic that was created again has another id, and starts from its first record.

    Raises:
        StalePositionError: a topic is gone.
    """
    gone = sorted({tp.topic for tp in partitions} - topic_ids.keys())
    if gone:
        raise StalePositionError(f"the topics {', '.join(gone)} are gone from Kafka; start the worker again")
    assigned = sorted(partitions)
    topics = [tp.topic for tp in assigned]
    numbers = [tp.partition for tp in assigned]
    async with connection.transaction():
        await connection.execute(
            offset_statements.CREATE_OFFSETS, topics, numbers, [topic_ids[topic] for topic in topics]
        )
        rows = await connection.fetch(offset_statements.READ_OFFSETS, topics, numbers)
        letters = await connection.fetch(offset_statements.READ_BAD_TIMESTAMPS, topics, numbers)
    refused: defaultdict[TP, set[tuple[int, int]]] = defaultdict(set)
    for letter in letters:
        refused[TP(letter["topic"], letter["partition"])].add((letter["offset"], int(letter["value"])))
    return {
        tp: StartOffset(row["topic_id"], row["next_offset"], frozenset(refused[tp]))
        for row in rows
        for tp in [TP(row["topic"], row["partition"])]
    }
