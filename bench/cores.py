"""`python -m bench.cores`: processor time of a row where Postgres has one core and the workers with Kafka the other.

From these times docs/scale.md computes how the parts scale. ROWS (1000000) and USERS (50000) set the size. The servers
must be the embedded ones, as their processes are bound to cores; Linux only.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from bench.circumstances import circumstances
from bench.comparison import say
from bench.errors import MeasurementError
from bench.size import size_from_environment
from bench.steps import KAFKA, POSTGRES, drain, kind_of, own_processes
from bench.storage import store, with_figures
from bench.testbed import Testbed

KIND = "scale"
NEEDED = 2


class Arrangement(NamedTuple):
    """How many workers, and whether Postgres has a core of its own."""

    workers: int
    apart: bool


TOGETHER, APART, TWO_APART = "together", "apart", "two-apart"
ARRANGEMENTS = {
    TOGETHER: Arrangement(1, apart=False),
    APART: Arrangement(1, apart=True),
    TWO_APART: Arrangement(2, apart=True),
}


def main() -> int:
    """Measure each arrangement, store and print; the result is the exit code."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            testbed = Testbed(dict(os.environ), Path(folder), size_from_environment())
            for name, arrangement in ARRANGEMENTS.items():
                measure(testbed, name, arrangement)
    except MeasurementError as error:
        print(f"bench.cores: {error}", file=sys.stderr)
        return 1
    return 0


def measure(testbed: Testbed, name: str, arrangement: Arrangement) -> None:
    """One backlog, drained in one arrangement."""
    testbed.backlog(testbed.size.rows)
    with bound(both() if arrangement.apart else {}):
        figure, microseconds = drain(testbed, arrangement.workers)
    described = {"users": testbed.size.users, "workers": arrangement.workers, "microseconds": microseconds}
    store(KIND, name, with_figures([figure], **described, **circumstances()))
    say(f"{name}: {figure.rows_per_second:,.0f} rows/s; µs a row: {microseconds}")


def both() -> dict[str, int]:
    """A core for Postgres and one for all else.

    Raises:
        MeasurementError: there are not two, or processes cannot be bound to them here.
    """
    if sys.platform != "linux":
        raise MeasurementError("processes can be bound to cores on Linux only")
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < NEEDED:
        raise MeasurementError("it takes two cores")
    return {POSTGRES: cores[0], KAFKA: cores[1]}


@contextmanager
def bound(cores: Mapping[str, int]) -> Iterator[None]:
    """The embedded servers on these cores, for one block; this process and what it starts on Kafka's."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    _bind_servers({kind: {core} for kind, core in cores.items()})
    os.sched_setaffinity(0, {cores[KAFKA]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
        _bind_servers(dict.fromkeys(cores, before))


def _bind_servers(cores: Mapping[str, set[int]]) -> None:
    for process in own_processes():
        with suppress(psutil.Error, ProcessLookupError):
            chosen = cores.get(kind_of(process.name(), process.cmdline()) or "")
            # A program's threads are bound one by one; what they start later is bound as they are.
            for thread in process.threads() if chosen else []:
                os.sched_setaffinity(thread.id, chosen or set())


if __name__ == "__main__":
    sys.exit(main())
