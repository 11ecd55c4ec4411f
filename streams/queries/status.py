"""How far the worker is behind, from Postgres and Kafka together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from models.clients.kafka import client_options, unreachable
from models.clients.statements import READ_POSITIONS
from models.clients.topic_ids import TopicIdsRequest, topic_ids
from models.declaration.in_force import model_named
from models.sql.counters import read_counters
from models.topics import INPUT_TOPICS
from streams.offsets import damage_statements
from streams.offsets.watermarks import Watermarks, read_stable_ends, read_watermarks
from streams.postgres.read_only import read_only_connection
from streams.queries import status_statements
from streams.queries.model import read_incomplete
from streams.rejects import statements as reject_statements

if TYPE_CHECKING:
    from models.settings.environment import Settings

PATIENCE = 10.0
"""Seconds that Kafka may take to answer."""
COUNTED = 10_000
"""Open rejects are counted up to here."""
LOADS_LOOKED_AT = 1000


@dataclass(frozen=True)
class Lag:
    """One partition of an input topic."""

    topic: str
    partition: int
    end: int
    """The offset after the last record in Kafka."""
    stable_end: int
    """Up to where the partition can be read: the end, or the first record of a transaction that is still open."""
    applied: int
    """Postgres holds all records below it."""
    updated_at: datetime | None

    @property
    def records(self) -> int:
        """Records that are not applied yet, of those that can be read."""
        return max(0, self.stable_end - self.applied)

    @property
    def held_back(self) -> int:
        """Records that cannot be read yet: of an open transaction, or behind its first one."""
        return self.end - self.stable_end


@dataclass(frozen=True)
class Damaged:
    """A partition that stopped at a damaged batch."""

    topic: str
    partition: int
    offset: int
    """The first offset that cannot be read."""
    reason: str
    """Why, and what to do."""


@dataclass(frozen=True)
class Status:
    """What is stored, rejected and loaded, and how far each partition is."""

    rows: Mapping[str, int]
    """Rows of each table of the model, in its order."""
    lags: tuple[Lag, ...]
    open_rejects: int
    """Counted up to COUNTED."""
    loads: Mapping[str, int]
    """How many of the latest loads are not applied, by state."""
    damaged: tuple[Damaged, ...] = ()
    """Partitions that stopped at a damaged batch in Kafka."""
    incomplete: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By feature table and column, the share that is filled, of columns that are new."""

    @property
    def lag(self) -> int:
        """Records that are not applied yet, of those that can be read."""
        return sum(lag.records for lag in self.lags)

    @property
    def held_back(self) -> int:
        """Records that open transactions hold back."""
        return sum(lag.held_back for lag in self.lags)


def held_back(status: Status) -> str:
    """A sentence about what open transactions hold back."""
    where = ", ".join(f"{lag.topic}[{lag.partition}]" for lag in status.lags if lag.held_back)
    return f"{status.held_back:,} records are held back until transactions of other clients end: {where}"


async def read_status(settings: Settings) -> Status:
    """Read the status from Postgres and Kafka.

    Raises:
        DatabaseUnreachableError: Postgres does not answer.
        KafkaUnreachableError: Kafka does not answer.
    """
    bounds, ids = await input_logs(settings)
    stable_ends = await _asked(settings, read_stable_ends(settings, set(bounds))) if bounds else {}
    async with read_only_connection(settings) as connection:
        [rows] = await connection.fetch(read_counters(model_named(settings.model)))
        positions = await connection.fetch(READ_POSITIONS)
        rejects = await connection.fetchval(reject_statements.COUNT_OPEN, COUNTED)
        loads = await connection.fetch(status_statements.COUNT_UNAPPLIED_LOADS, LOADS_LOOKED_AT)
        damaged = await connection.fetch(damage_statements.READ_DAMAGED)
        incomplete = await read_incomplete(connection)
    # Offsets counted for a topic of another id are none.
    reached = {(row["topic"], row["partition"]): row for row in positions if ids.get(row["topic"]) == row["topic_id"]}
    return Status(
        dict(rows),
        tuple(
            Lag(
                tp.topic,
                tp.partition,
                # More may have been written since the end was read.
                max(found.end, stable_ends[tp]),
                stable_ends[tp],
                row["next_offset"] if row else 0,
                row["updated_at"] if row else None,
            )
            for tp, found in sorted(bounds.items())
            for row in [reached.get(tp)]
        ),
        rejects,
        {row["state"]: row["loads"] for row in loads},
        tuple(Damaged(**row) for row in damaged),
        incomplete,
    )


AnswerT = TypeVar("AnswerT")


async def _asked(settings: Settings, asking: Awaitable[AnswerT]) -> AnswerT:
    try:
        async with asyncio.timeout(PATIENCE):
            return await asking
    except (KafkaError, OSError, TimeoutError, ValueError) as error:
        raise await unreachable(settings) from error


async def log_ends(settings: Settings) -> tuple[dict[tuple[str, int], int], dict[str, UUID]]:
    """The end of each partition of the input topics that there are, and the topics' ids.

    Raises:
        KafkaUnreachableError: Kafka does not answer.
    """
    bounds, ids = await input_logs(settings)
    return {(tp.topic, tp.partition): found.end for tp, found in bounds.items()}, ids


async def input_logs(settings: Settings) -> tuple[dict[TopicPartition, Watermarks], dict[str, UUID]]:
    """Begin and end of each partition of the input topics that there are, and the topics' ids.

    Raises:
        KafkaUnreachableError: Kafka does not answer.
    """
    return await _asked(settings, _input_logs(settings))


async def _input_logs(settings: Settings) -> tuple[dict[TopicPartition, Watermarks], dict[str, UUID]]:
    client = AIOKafkaClient(**client_options(settings))
    try:
        await client.bootstrap()
        response = await client.send(client.get_random_node(), TopicIdsRequest(list(INPUT_TOPICS)))
        ids = topic_ids(response)
        partitions = {
            TopicPartition(topic[1], part[1]) for topic in response.topics if topic[1] in ids for part in topic[4]
        }
        bounds = await read_watermarks(settings, partitions) if partitions else {}
    finally:
        await client.close()
    return bounds, ids
