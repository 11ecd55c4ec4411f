"""A worker that is ready for rows, and what is needed to offer some to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import asyncpg

from bench import topics
from bench.database import Database, new_database
from bench.figure import Figure
from bench.live.latencies import Advance, percentiles_ms
from bench.live.offered import Offered
from bench.live.sender import MOST_READY
from bench.live.watcher import watch
from bench.ours.audit import audit
from bench.ours.fleet import Fleet, fleet
from bench.process import Measured, python
from bench.testbed import Testbed

START_SECONDS = 4.0
"""The sender's time to start, before its first row is due."""
READY_SECONDS = 10e-6
"""And its time to make one row ready."""
GRACE_SECONDS = 120.0
"""How long after the last row was due the last may become visible."""
KEPT_UP_SECONDS = 2.0
"""A rate is kept up when all rows are visible so long after the last was due."""


class Seen(NamedTuple):
    """What came of offering rows at a rate."""

    figure: Figure
    kept_up: bool
    sender_late_ms: float
    """How late the sender itself was at most. It is part of the latencies, like all waiting."""


def seconds_to_start(offered: Offered) -> float:
    """How long before its first row is due a sender is started."""
    return START_SECONDS + READY_SECONDS * min(offered.rows, MOST_READY)


@dataclass
class Stage:
    """One worker, its database, and the ids that were used."""

    testbed: Testbed
    database: Database
    worker: Fleet
    next_id: int = 1

    def offer(self, rate: float, seconds: float) -> Seen:
        """Offer rows for so long; return what was seen.

        Raises:
            MeasurementError: the sender failed, or the rows never became visible.
        """
        offered = Offered(rate, max(int(rate * seconds), 1), self.next_id, self.testbed.size.users)
        self.next_id += offered.rows
        first_offsets = topics.end_offsets(self.testbed.kafka)
        start = time.monotonic() + seconds_to_start(offered)
        last_due = start + offered.delay(offered.rows - 1)
        with self.sender(offered, start) as sender:
            advances = asyncio.run(self._watch(first_offsets, offered.rows, last_due + GRACE_SECONDS))
            sender.wait(GRACE_SECONDS)
        self.worker.sample()
        ended = advances[-1].seen
        percentiles = percentiles_ms(offered, start, first_offsets, advances)
        figure = Figure(offered.rows, ended - start, self.worker.peak_mb, percentiles)
        return Seen(figure, ended <= last_due + KEPT_UP_SECONDS, float(sender.output().split()[-1]))

    def sender(self, offered: Offered, start: float) -> Measured:
        """The process that sends the rows from that time on; started by entering it."""
        numbers = (start, offered.rate, offered.rows, offered.first_id, offered.users)
        command = python("bench.live.sender", *map(str, numbers))
        return Measured(command, self.testbed.environment, self.testbed.folder / "sender.log")

    def check(self) -> None:
        """Audit the features after everything that was offered.

        Raises:
            WrongAnswerError: they are not right.
        """
        audit(self.testbed, self.database, self.next_id - 1)

    async def _watch(self, first_offsets: dict[int, int], rows: int, deadline: float) -> list[Advance]:
        connection = await asyncpg.connect(self.database.url)
        try:
            return await watch(connection, first_offsets, rows, deadline)
        finally:
            await connection.close()


@contextmanager
def stage(testbed: Testbed, web_port: int | None = None) -> Iterator[Stage]:
    """A worker that is ready, with blank topics, database and store; with web pages, if they are given a port."""
    testbed.published = None
    topics.delete_all(testbed.kafka)
    with (
        new_database(testbed.postgres) as database,
        testbed.scratch() as store,
        fleet(testbed, database, store, web_port=web_port) as worker,
    ):
        worker.ready()
        yield Stage(testbed, database, worker)
