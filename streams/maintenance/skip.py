"""Passing over records that cannot be read: the partition's position moves behind them, and a reject names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.clients.postgres import connected
from models.errors import ExactFeaturesError
from streams.offsets import damage_statements
from streams.offsets import statements as offset_statements
from streams.queries.status import input_logs
from streams.rejects import dead_letters

if TYPE_CHECKING:
    from aiokafka.structs import TopicPartition

    from models.settings.environment import Settings
    from streams.postgres.connection import Connection


class SkipRefusedError(ExactFeaturesError):
    """Nothing was passed over, as it would not be right."""


async def skip(settings: Settings, tp: TopicPartition, next_offset: int) -> str:
    """Pass over all records of a partition from its damaged batch up to an offset; say which.

    Args:
        settings: where the servers are.
        tp: the partition.
        next_offset: where to read on.

    Raises:
        SkipRefusedError: there is no damaged batch where the partition stands, or the offset is not in the log.
        DatabaseUnreachableError: Postgres does not answer.
        KafkaUnreachableError: Kafka does not answer.
    """
    bounds, _ = await input_logs(settings)
    if tp not in bounds:
        raise SkipRefusedError(f"there is no partition {tp.partition} of a topic {tp.topic}: ingest doctor lists them")
    async with (
        connected(settings.database_url) as connection,
        connection.transaction(),
    ):
        return await _skip(connection, tp, next_offset, bounds[tp].end)


async def _skip(connection: Connection, tp: TopicPartition, next_offset: int, end: int) -> str:
    place = f"{tp.topic}[{tp.partition}]"
    row = await connection.fetchrow(offset_statements.LOCK_OFFSETS, tp.topic, [tp.partition])
    first = row["next_offset"] if row else 0
    if row is None or not await connection.fetch(damage_statements.DELETE_DAMAGE, *tp, first):
        raise SkipRefusedError(
            f"{place} stands at offset {first}, where no damaged batch is known; what is before one is applied first: "
            "see ingest doctor, with a worker running"
        )
    if not first < next_offset <= end:
        raise SkipRefusedError(f"{place} can be read on from {first + 1} to {end}, not from {next_offset}")
    passed = f"offsets {first} to {next_offset - 1} of {place}"
    reason = f"{passed} were passed over as they were damaged; load the files that their records came from again"
    await dead_letters.store(
        connection, [dead_letters.of_lost_records(tp.topic, row["topic_id"], tp.partition, first, reason)]
    )
    await connection.execute(offset_statements.MOVE_OFFSET, *tp, row["topic_id"], first, next_offset)
    return passed
