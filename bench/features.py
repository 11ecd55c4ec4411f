"""`python -m bench.features`: how long a program waits for the features of one user, while rows stream in.

READS (100) requests are due each second, each on its time, answered or not; RATE (5000) rows a second are offered, for
SECONDS (20); USERS (50000). Latency runs from when a request was due. Printed, not stored.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from threading import Thread

import aiohttp

from bench.comparison import say
from bench.errors import MeasurementError
from bench.live.stage import Stage, stage
from bench.size import size_from_environment
from bench.testbed import Testbed
from embedded.ports import LOOPBACK, free_ports
from models.errors import ExactFeaturesError
from streams.reader import FeatureReader

TABLE = "user_features"
WARM_UP_SECONDS = 10.0
PERCENTILES = (50, 90, 99)

Ask = Callable[[int], Awaitable[object]]
"""Asks for the features of one user."""


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
                    beside(ready, rows, seconds, lambda: asyncio.run(_of_page(ready, port, reads, seconds)))
                    beside(ready, rows, seconds, lambda: asyncio.run(_of_reader(ready, reads, seconds)))
                ready.check()
    except MeasurementError as error:
        print(f"bench.features: {error}", file=sys.stderr)
        return 1
    return 0


def beside(ready: Stage, rate: float, seconds: float, measure: Callable[[], str]) -> None:
    """Print what is measured while rows are offered."""
    found: list[str] = []
    measuring = Thread(target=lambda: found.append(measure()))
    measuring.start()
    kept_up = ready.offer(rate, seconds).kept_up if rate else True
    measuring.join()
    print(f"beside {rate:>6,.0f} rows/s: {found[0]}{'' if kept_up else '  rows not kept up'}", flush=True)


async def _of_page(ready: Stage, port: int, reads: float, seconds: float) -> str:
    answers: Counter[int] = Counter()
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:

        async def ask(user: int) -> None:
            async with session.get(f"/features/{TABLE}/{user}") as response:
                answers[response.status] += 1
                await response.read()

        found = await _latencies(ask, reads, seconds, ready.testbed.size.users)
    return f"GET /features  {_told(found)}  {dict(answers)}"


async def _of_reader(ready: Stage, reads: float, seconds: float) -> str:
    async with FeatureReader(ready.database.url) as reader:
        found = await _latencies(lambda user: reader.get(TABLE, user), reads, seconds, ready.testbed.size.users)
    return f"FeatureReader  {_told(found)}"


async def _latencies(ask: Ask, rate: float, seconds: float, users: int) -> list[float]:
    """Milliseconds from when each request was due to its answer."""
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
        for number in range(int(rate * seconds)):
            due = start + number / rate
            await asyncio.sleep(max(due - time.monotonic(), 0))
            group.create_task(once(due))
    if failed:
        print(f"failed: {dict(failed)}", flush=True)
    return found


def _told(latencies: Sequence[float]) -> str:
    ordered = sorted(latencies)
    return "  ".join(f"p{part} {ordered[len(ordered) * part // 100]:.1f} ms" for part in PERCENTILES)


if __name__ == "__main__":
    sys.exit(main())
