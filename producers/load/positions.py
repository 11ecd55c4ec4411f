"""What a load published, by partition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from models.clients.applied_offsets import TopicPartition
from models.manifest import Position
from producers.kafka.destination import Writer


def positions(writers: Iterable[Writer], topic_ids: Mapping[str, UUID]) -> list[Position]:
    """How many records each partition got, and the offset after the last of them.

    Args:
        writers: in the order in which they wrote.
        topic_ids: by name, of all topics written to.
    """
    records: dict[TopicPartition, int] = {}
    next_offsets: dict[TopicPartition, int] = {}
    for writer in writers:
        for partition, offset in writer.next_offsets.items():
            at = TopicPartition(writer.topic, partition)
            next_offsets[at] = offset
            records[at] = records.get(at, 0) + writer.records[partition]
    return [
        Position(
            topic=at.topic,
            topic_id=topic_ids[at.topic],
            partition=at.partition,
            records=records[at],
            next_offset=next_offsets[at],
        )
        for at in sorted(next_offsets)
    ]
