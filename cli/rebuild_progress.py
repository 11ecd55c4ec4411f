"""The progress of a rebuild while it runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from models.clients.applied_offsets import TopicPartition, applied_offsets, missing
from models.errors import ExactFeaturesError
from models.terminal_text import say
from streams.queries.status import input_logs

if TYPE_CHECKING:
    from cli.own_worker import OwnWorker
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection

_LOOK_SECONDS = 1.0
_TELL_SECONDS = 5.0


class WorkerEndedError(ExactFeaturesError):
    """The worker of a rebuild ended by itself."""


async def until_filled(connection: Connection, settings: Settings, worker: OwnWorker) -> int:
    """Wait until Postgres holds every record that is in Kafka now, printing the progress every few seconds.

    Returns:
        How many records Postgres holds.

    Raises:
        WorkerEndedError: the worker is gone; the message ends with the last lines of its log.
        DatabaseUnreachableError, KafkaUnreachableError: as they come.
    """
    started = reported_at = time.monotonic()
    # What is published meanwhile is applied too, but not waited for.
    bounds, topic_ids = await input_logs(settings)
    ends = {TopicPartition(tp.topic, tp.partition): found.end for tp, found in bounds.items()}
    records = sum(ends.values())
    async for applied in applied_offsets(connection, topic_ids, _LOOK_SECONDS):
        behind = sum(missing(ends, applied).values())
        now = time.monotonic()
        if not behind or now - reported_at > _TELL_SECONDS:
            reported_at = now
            say(line(now - started, records, behind))
        if not behind:
            break
        if not worker.is_alive:
            raise WorkerEndedError("\n  ".join(["the worker ended; the last lines of its log:", *worker.last_lines()]))
    return records


def line(seconds: float, records: int, behind: int) -> str:
    """The progress of a rebuild, in one line."""
    share = 100 * (records - behind) // records if records else 100
    return f"{seconds:.0f} s: {records - behind:,} of {records:,} records ({share}%)"
