"""Records that the log has lost: a database rebuilt from it would lack them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from faust.types import TP

    from streams.offsets.start_offsets import StartOffset
    from streams.offsets.watermarks import Watermarks


def lost_records(
    bounds: Mapping[TP, Watermarks],
    topic_ids: Mapping[str, UUID],
    applied: Mapping[TP, StartOffset],
    published_to: Iterable[tuple[str, UUID, int]],
) -> Iterator[str]:
    """One line for each sign of records that Postgres has applied and the log lacks; none: it holds everything.

    Args:
        bounds: of each partition that there is.
        topic_ids: of each topic that there is.
        applied: what `stream_offsets` says.
        published_to: by topic and topic id, how many loads published there.
    """
    for tp, found in sorted(bounds.items()):
        if found.begin > 0:
            yield f"{tp.topic}[{tp.partition}]: records 0 to {found.begin - 1:,} were deleted from the topic"
    for tp, point in sorted(applied.items()):
        if point.next_offset and topic_ids.get(tp.topic) != point.topic_id:
            yield f"{tp.topic}[{tp.partition}]: {point.next_offset:,} records were read from a topic that is gone"
        elif tp in bounds and bounds[tp].end < point.next_offset:
            yield f"{tp.topic}[{tp.partition}]: it was read up to {point.next_offset:,} and ends at {bounds[tp].end:,}"
    for topic, topic_id, loads in published_to:
        if topic_ids.get(topic) != topic_id:
            yield f"{topic}: {loads:,} loads published to a topic of that name that is gone (id {topic_id})"
