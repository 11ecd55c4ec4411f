"""Latency of rows that come at a steady rate, seen from outside: when a row's own user, or the row, is in Postgres.

Engines keep no offset beside their tables, so one of ten rows is of a user that has no other: the user is visible when
the row is.
"""

from __future__ import annotations

import asyncio
import os
import time

import asyncpg
from hdrh.histogram import HdrHistogram

from bench import topics
from bench.engines.engine import Place
from bench.engines.outcome import Outcome
from bench.engines.process import ProcessTree
from bench.engines.trials import Trial
from bench.errors import MeasurementError
from bench.live.latencies import LONGEST_US, MICROSECONDS, PERCENTILES, SIGNIFICANT_DIGITS
from bench.live.offered import Offered
from bench.live.stage import seconds_to_start
from bench.process import Measured, python

RATE = 1000.0
SECONDS = "15"
WARM_UP_SECONDS = 10.0
PROBE_EVERY = 10
LOOK_SECONDS = 0.002
GRACE_SECONDS = 60.0


def offer(trial: Trial) -> Outcome:
    """Rows at 1,000 a second for some seconds, after as many as warm the engine up."""
    testbed, users = trial.testbed, trial.testbed.size.users
    testbed.published = None
    topics.delete_all(testbed.kafka)
    topics.create(testbed.kafka)
    seconds = float(os.environ.get("LIVE_SECONDS", SECONDS))
    warm_up = Offered(RATE, int(RATE * WARM_UP_SECONDS), 1, users, PROBE_EVERY)
    offered = Offered(RATE, int(RATE * seconds), 1 + warm_up.rows, users, PROBE_EVERY)
    with trial.place() as (place, _), trial.process(place) as process:
        # The engine starts while these wait for it.
        asyncio.run(_latencies(trial, place, warm_up, process, trial.limit))
        found = asyncio.run(_latencies(trial, place, offered, process, GRACE_SECONDS))
    histogram = HdrHistogram(1, LONGEST_US, SIGNIFICANT_DIGITS)
    for latency in found:
        histogram.record_value(max(round(latency * MICROSECONDS), 1))
    percentiles = {name: histogram.get_value_at_percentile(at) / 1000 for name, at in PERCENTILES.items()}
    return Outcome(rows=offered.rows, peak_mb=process.peak_mb, percentiles_ms=percentiles)


async def _latencies(trial: Trial, place: Place, offered: Offered, process: ProcessTree, grace: float) -> list[float]:
    """Seconds from when each probe was due to when it was seen."""
    start = time.monotonic() + seconds_to_start(offered)
    numbers = (start, offered.rate, offered.rows, offered.first_id, offered.users, offered.probe_every)
    command = python("bench.live.sender", *map(str, numbers))
    connection = await asyncpg.connect(place.database)
    try:
        with Measured(command, trial.testbed.environment, trial.testbed.folder / "sender.log") as sender:
            found = await _watch(connection, trial, offered, start, process, grace)
            sender.wait(grace)
    finally:
        await connection.close()
    return found


async def _watch(
    connection: asyncpg.Connection, trial: Trial, offered: Offered, start: float, process: ProcessTree, grace: float
) -> list[float]:
    by_row = trial.engine.seen_by_row
    due = {offered.probe_id(number, by_row=by_row): offered.delay(number) for number in offered.probes()}
    waiting, pending = iter(due.items()), dict[int, float]()
    upcoming, latencies = next(waiting, None), list[float]()
    deadline = start + offered.delay(offered.rows) + grace
    statement = None
    while upcoming or pending:
        now = time.monotonic()
        while upcoming and start + upcoming[1] <= now:
            pending[upcoming[0]] = upcoming[1]
            upcoming = next(waiting, None)
        if now > deadline or not process.running():
            raise MeasurementError(
                f"{len(pending):,} of {len(due):,} rows were not visible in time; {process.last_words()}"
            )
        if pending:
            try:
                statement = statement or await connection.prepare(trial.engine.seen)
                seen = await statement.fetch(list(pending))
            except asyncpg.UndefinedTableError:
                seen = []
            now = time.monotonic()
            latencies += [now - start - pending.pop(found) for (found,) in seen]
            process.sample()
        await asyncio.sleep(LOOK_SECONDS)
    return latencies
