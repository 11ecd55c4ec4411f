"""Low and high watermarks of each partition, and what to do when `stream_offsets` points outside of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from models.clients.kafka import READ_COMMITTED, client_options
from streams.offsets import statements as offset_statements
from streams.rejects import dead_letters

if TYPE_CHECKING:
    from faust.types import TP

    from models.settings.environment import Settings
    from streams.offsets.start_offsets import StartOffset
    from streams.postgres.connection import Connection

log = logging.getLogger(__name__)

CONFIRMATIONS = 3
CONFIRMATION_PAUSE = 1.0
"""Seconds between two looks at a log that seems to be set back: a new leader may know of its end a little late."""

_REQUEST_TIMEOUT_MS = 5_000


class Watermarks(NamedTuple):
    """The offset of a partition's first record, and of the next one to be written."""

    begin: int
    end: int


AskBounds = Callable[[], Awaitable[Mapping["TP", Watermarks]]]


async def read_watermarks(settings: Settings, partitions: set[TP]) -> dict[TP, Watermarks]:
    """Ask Kafka, over a connection of its own: on the consumer's, a fetch that waits for records is answered first.

    Raises:
        aiokafka.errors.KafkaError: Kafka does not answer.
    """
    async with _consumer(settings, partitions) as consumer:
        begins = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        return {tp: Watermarks(begins[tp], ends[tp]) for tp in partitions}


async def read_stable_ends(settings: Settings, partitions: set[TP]) -> dict[TP, int]:
    """Up to where each partition can be read: its end, or the first record of a transaction that is still open.

    Raises:
        aiokafka.errors.KafkaError: Kafka does not answer.
    """
    async with _consumer(settings, partitions, isolation_level=READ_COMMITTED) as consumer:
        ends: dict[TP, int] = await consumer.end_offsets(partitions)
        return ends


@asynccontextmanager
async def _consumer(settings: Settings, partitions: Iterable[TP], **options: str) -> AsyncIterator[Any]:
    consumer = AIOKafkaConsumer(**client_options(settings), **options, request_timeout_ms=_REQUEST_TIMEOUT_MS)
    try:
        await consumer.start()
        # For the metadata of all topics at once: aiokafka would ask for one after the other, with a pause after each.
        consumer.assign([TopicPartition(*tp) for tp in partitions])
        consumer.pause(*consumer.assignment())
        yield consumer
    finally:
        await consumer.stop()


async def within_log(
    connection: Connection, points: Mapping[TP, StartOffset], ask: AskBounds
) -> Mapping[TP, StartOffset]:
    """The starting points, those outside of their log moved to its first record, in Postgres too.

    Records deleted before they were read are lost: the loss is logged and becomes a row of `rejects`. A log that ends
    before `next_offset` was set back, and may hold other records since at offsets that were read: it is read again,
    which changes nothing where a row is stored already.
    """
    bounds = await ask()
    for _ in range(CONFIRMATIONS):
        if not any(point.next_offset > bounds[tp].end for tp, point in points.items()):
            break
        await asyncio.sleep(CONFIRMATION_PAUSE)
        bounds = await ask()
    outside = {
        tp: point
        for tp, point in points.items()
        if not bounds[tp].begin <= point.next_offset <= max(bounds[tp].end, bounds[tp].begin)
    }
    for tp, point in sorted(outside.items()):
        await _move(connection, tp, point, bounds[tp])
    return dict(points) | {tp: replace(point, next_offset=bounds[tp].begin) for tp, point in outside.items()}


async def _move(connection: Connection, tp: TP, point: StartOffset, bounds: Watermarks) -> None:
    async with connection.transaction():
        if point.next_offset < bounds.begin:
            reason = (
                f"records {point.next_offset} to {bounds.begin - 1} were deleted from the topic before they were read; "
                "load the files that they came from again"
            )
            log.error("%s[%d]: %s; reading goes on at %d", tp.topic, tp.partition, reason, bounds.begin)
            letter = dead_letters.of_lost_records(tp.topic, point.topic_id, tp.partition, point.next_offset, reason)
            await dead_letters.store(connection, [letter])
        else:
            log.error(
                "%s[%d]: the log ends at %d, but it was read up to %d: Kafka was set back; it is read again from %d",
                tp.topic,
                tp.partition,
                bounds.end,
                point.next_offset,
                bounds.begin,
            )
        await connection.execute(
            offset_statements.MOVE_OFFSET, tp.topic, tp.partition, point.topic_id, point.next_offset, bounds.begin
        )
