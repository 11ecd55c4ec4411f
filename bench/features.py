"""`python -m bench.features`: how long a program waits for the features of one user, while rows stream in.

READS (100) requests are due each second, each on its time, answered or not; RATE (5000) rows a second are offered, for
SECONDS (20); USERS (50000). Latency runs from when a request was due.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import aiohttp

from bench.circumstances import circumstances
from bench.comparison import say
from bench.errors import MeasurementError
from bench.figure import Figure
from bench.live.stage import Stage, stage
from bench.size import size_from_environment
from bench.storage import store, with_figures
from bench.testbed import Testbed
from embedded.ports import LOOPBACK, free_ports
from models.errors import ExactFeaturesError
from streams.reader import FeatureReader

KIND = "features"
TABLE = "user_features"
NOT_FOUND = 404
WARM_UP_SECONDS = 10.0
PERCENTILES = (50, 90, 99)

Ask = Callable[[int], Awaitable[object]]
"""Asks for the features of one user."""

Reads = tuple[list[float], Counter[str]]
"""The latency of each, and the failures by kind."""


class Offer(NamedTuple):
    """What is asked of the worker."""

    rows: float
    """A second."""
    reads: float
    """A second."""
    seconds: float


def main() -> int:
    """Measure the page and the reader, without rows and beside them; the result is the exit code."""
    rate, seconds = float(os.environ.get("RATE", "5000")), float(os.environ.get("SECONDS", "20"))
    reads = float(os.environ.get("READS", "100"))
    [port] = free_ports(1)
    try:
        with tempfile.TemporaryDirectory() as folder:
            testbed = Testbed(dict(os.environ), Path(folder), size_from_environment())
            with stage(testbed, port) as ready:
                say("warming up")
                ready.offer(rate, WARM_UP_SECONDS)
                for rows in (0.0, rate):
                    beside(ready, "page", Offer(rows, reads, seconds), lambda offer: _of_page(ready, port, offer))
                    beside(ready, "reader", Offer(rows, reads, seconds), lambda offer: _of_reader(ready, offer))
                ready.check()
    except MeasurementError as error:
        print(f"bench.features: {error}", file=sys.stderr)
        return 1
    return 0


def beside(ready: Stage, way: str, offer: Offer, measure: Callable[[Offer], Coroutine[Any, Any, Reads]]) -> None:
    """Store and print what is measured of one way to read, while rows are offered."""
    found: list[Reads] = []
    spent = ready.worker.processor_seconds()
    measuring = Thread(target=lambda: found.append(asyncio.run(measure(offer))))
    measuring.start()
    kept_up = ready.offer(offer.rows, offer.seconds).kept_up if offer.rows else True
    measuring.join()
    spent = ready.worker.processor_seconds() - spent
    [(latencies, failed)] = found
    percentiles = {f"p{part}": latencies[len(latencies) * part // 100] for part in PERCENTILES}
    described = {
        "way": way,
        "rate": offer.rows,
        "reads": offer.reads,
        "failed": failed.total(),
        "kept_up": kept_up,
        # Beside rows it is theirs for the most part.
        "processor_ms": None if offer.rows else spent * 1000 / len(latencies),
        "users": ready.testbed.size.users,
        **circumstances(),
    }
    figure = Figure(len(latencies), offer.seconds, ready.worker.peak_mb, percentiles)
    store(KIND, f"{way}-{offer.rows:g}", with_figures([figure], **described))
    shown = "  ".join(f"{name} {value:.1f} ms" for name, value in percentiles.items())
    processor = "" if offer.rows else f"  {described['processor_ms']:.2f} ms of the worker's processor time a read"
    print(f"beside {offer.rows:>6,.0f} rows/s: {way:<6}  {shown}{processor}", flush=True)
    if failed or not kept_up:
        print(f"  failed: {dict(failed)}; rows kept up: {kept_up}", flush=True)


async def _of_page(ready: Stage, port: int, offer: Offer) -> Reads:
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:

        async def ask(user: int) -> None:
            async with session.get(f"/features/{TABLE}/{user}") as response:
                # A user may have no experiment yet.
                if response.status != NOT_FOUND:
                    response.raise_for_status()
                await response.read()

        return await _latencies(ask, offer, ready.testbed.size.users)


async def _of_reader(ready: Stage, offer: Offer) -> Reads:
    async with FeatureReader(ready.database.url) as reader:
        return await _latencies(lambda user: reader.get(TABLE, user), offer, ready.testbed.size.users)


async def _latencies(ask: Ask, offer: Offer, users: int) -> Reads:
    """Milliseconds from when each request was due to its answer, in ascending order; and what failed."""
    chosen = random.Random(1)  # noqa: S311  # which users does not matter
    found: list[float] = []
    failed: Counter[str] = Counter()
    start = time.monotonic()

    async def once(due: float) -> None:
        try:
            await ask(chosen.randint(1, users))
        except (ExactFeaturesError, aiohttp.ClientError, TimeoutError) as error:
            failed[type(error).__name__] += 1
        found.append((time.monotonic() - due) * 1000)

    async with asyncio.TaskGroup() as group:
        for number in range(int(offer.reads * offer.seconds)):
            due = start + number / offer.reads
            await asyncio.sleep(max(due - time.monotonic(), 0))
            group.create_task(once(due))
    return sorted(found), failed


if __name__ == "__main__":
    sys.exit(main())
