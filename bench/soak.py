"""`python -m bench.soak`: half the greatest rate that was kept up, for MINUTES (30); does memory grow?

SOAK_RATE is another rate, in rows a second; USERS (50000).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench import latency
from bench.circumstances import circumstances
from bench.comparison import say
from bench.errors import MeasurementError
from bench.figure import Figure, Samples, thinned
from bench.live.offered import Offered
from bench.live.stage import KEPT_UP_SECONDS, Stage, seconds_to_start, stage
from bench.size import size_from_environment
from bench.storage import Entry, store, stored, with_figures
from bench.testbed import Testbed

KIND = "soak"
SETTLING = 0.2
"""The share of the time that is left to caches to fill before growth counts."""
LOOK_SECONDS = 0.5
HOUR = 3600


def main() -> int:
    """Measure, store and print; the result is the exit code."""
    seconds = float(os.environ.get("MINUTES", "30")) * 60
    try:
        with tempfile.TemporaryDirectory() as folder:
            testbed = Testbed(dict(os.environ), Path(folder), size_from_environment())
            with stage(testbed) as ready:
                entry = measure(ready, half_of_most(stored(latency.KIND)), seconds)
    except MeasurementError as error:
        print(f"bench.soak: {error}", file=sys.stderr)
        return 1
    store(KIND, "soak", entry)
    say(f"{entry['slope_mb_per_hour']:+.1f} MB/h over the last {1 - SETTLING:.0%} of {seconds / 60:g} minutes")
    return 0


def half_of_most(latencies: dict[str, Entry]) -> float:
    """The rate to offer: SOAK_RATE, or half the greatest rate that was kept up in the latency runs.

    Raises:
        MeasurementError: neither is known.
    """
    if rate := os.environ.get("SOAK_RATE"):
        return float(rate)
    kept_up = [entry["rate"] for entry in latencies.values() if entry["kept_up"]]
    if not kept_up:
        raise MeasurementError("no rate is known: run `make bench-latency` first, or set SOAK_RATE")
    return float(max(kept_up)) / 2


def measure(ready: Stage, rate: float, seconds: float) -> Entry:
    """Offer the rate for so long; return the entry.

    Raises:
        MeasurementError: the sender or the worker failed, or the worker fell behind.
        WrongAnswerError: the features are not right afterwards.
    """
    say(f"{rate:,.0f} rows/s for {seconds / 60:g} minutes")
    offered = Offered(rate, int(rate * seconds), ready.next_id, ready.testbed.size.users)
    ready.next_id += offered.rows
    start = time.monotonic() + seconds_to_start(offered)
    with ready.sender(offered, start) as sender:
        sender.wait(seconds * 2 + HOUR, pause=LOOK_SECONDS, meanwhile=ready.worker.sample)
        sent = time.monotonic()
    ended = ready.worker.wait_applied(offered.rows)
    ready.check()
    memory = ready.worker.memory
    figure = Figure(offered.rows, ended - start, ready.worker.peak_mb, memory=thinned(memory))
    return with_figures(
        [figure],
        rate=rate,
        seconds=seconds,
        kept_up=ended <= sent + KEPT_UP_SECONDS and sent <= start + seconds + KEPT_UP_SECONDS,
        slope_mb_per_hour=slope_mb_per_hour(memory),
        users=ready.testbed.size.users,
        **circumstances(),
    )


def slope_mb_per_hour(memory: Samples) -> float:
    """How fast memory grows by least squares, once it has settled."""
    settled = memory[int(len(memory) * SETTLING) :]
    times, resident = zip(*settled, strict=True)
    return statistics.linear_regression(times, resident).slope * HOUR


if __name__ == "__main__":
    sys.exit(main())
