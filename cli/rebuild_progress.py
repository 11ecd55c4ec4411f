"""How far a rebuild is, while it runs."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from cli.output import say
from models.errors import ExactFeaturesError
from streams.queries.status import read_status

if TYPE_CHECKING:
    from cli.own_worker import OwnWorker
    from models.settings.environment import Settings

_LOOK_SECONDS = 1.0
_TELL_SECONDS = 5.0


class WorkerEndedError(ExactFeaturesError):
    """The worker of a rebuild ended by itself."""


async def until_filled(settings: Settings, worker: OwnWorker) -> int:
    """Wait until Postgres holds every record that is in Kafka now, telling every few seconds how far it is.

    Returns:
        How many records Postgres holds.

    Raises:
        WorkerEndedError: the worker is gone; the message ends with the last lines of its log.
        DatabaseUnreachableError, KafkaUnreachableError: as they come.
    """
    started = told = time.monotonic()
    # What is published meanwhile is applied too, but not waited for.
    ends = {(lag.topic, lag.partition): lag.end for lag in (await read_status(settings)).lags}
    while True:
        status = await read_status(settings)
        applied = {(lag.topic, lag.partition): lag.applied for lag in status.lags}
        behind = sum(max(0, end - applied.get(at, 0)) for at, end in ends.items())
        now = time.monotonic()
        if not behind or now - told > _TELL_SECONDS:
            told = now
            say(line(now - started, sum(ends.values()), behind))
        if not behind:
            return sum(ends.values())
        if not worker.is_alive:
            raise WorkerEndedError("\n  ".join(["the worker ended; its last lines are:", *worker.last_lines()]))
        await asyncio.sleep(_LOOK_SECONDS)


def line(seconds: float, records: int, behind: int) -> str:
    """How far it is."""
    share = 100 * (records - behind) // records if records else 100
    return f"{seconds:.0f} s: {records - behind:,} of {records:,} records ({share}%)"
