"""`python -m bench.steps NAME`: where the processor time of a row goes while the worker drains, kept under a name.

Run it before and after a change. ROWS (1000000) and USERS (50000) set the size. The servers must be the embedded
ones, as their processes are looked at.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from bench import topics
from bench.circumstances import circumstances
from bench.database import new_database
from bench.errors import MeasurementError
from bench.figure import Figure
from bench.ours.fleet import fleet
from bench.size import size_from_environment
from bench.storage import store, with_figures
from bench.testbed import Testbed
from embedded.run_processes import MARK, marked

KIND = "steps"
WORKER, POSTGRES, KAFKA = "worker", "Postgres", "Kafka"
PROCESSES = (WORKER, POSTGRES, KAFKA)

Times = dict[str, float]


def main(arguments: list[str]) -> int:
    """Measure, store and print; the result is the exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory() as folder:
            testbed = Testbed(dict(os.environ), Path(folder), size_from_environment())
            figure, microseconds = drain(testbed)
    except MeasurementError as error:
        print(f"bench.steps: {error}", file=sys.stderr)
        return 1
    described = {"users": testbed.size.users, "microseconds": microseconds, **circumstances()}
    store(KIND, arguments[0], with_figures([figure], **described))
    print(f"{figure.rows_per_second:,.0f} rows/s; µs a row: {microseconds}")
    return 0


def drain(testbed: Testbed, workers: int = 1) -> tuple[Figure, Times]:
    """Workers over the backlog, from the readiness of all; also microseconds of processor time a row by process.

    Raises:
        MeasurementError: the servers are not the embedded ones, or the worker failed.
    """
    rows = testbed.size.rows
    testbed.backlog(rows)
    topics.delete_changelogs(testbed.kafka)
    with (
        new_database(testbed.postgres) as database,
        testbed.scratch() as store_folder,
        fleet(testbed, database, store_folder, workers) as ours,
    ):
        started, before, applied = ours.ready(), processor_seconds(), ours.applied()
        ended = ours.wait_applied(rows)
        spent = processor_seconds()
        ours.check(testbed.expected(rows))
        figure = Figure(rows - applied, ended - started, ours.peak_mb)
    return figure, microseconds_a_row(before, spent, figure.rows)


def microseconds_a_row(before: Times, after: Times, rows: int) -> Times:
    """The difference, for one row.

    Raises:
        MeasurementError: a kind used none: the system counts in steps of 10 ms, so there were too few rows.
    """
    if idle := [name for name in PROCESSES if after[name] <= before[name]]:
        raise MeasurementError(f"{rows:,} rows are too few to see the processor time of {', '.join(idle)}")
    return {name: round((after[name] - before[name]) / rows * 1e6, 2) for name in PROCESSES}


def processor_seconds() -> Times:
    """What each kind of process has used so far, those that ended and were waited for included.

    Raises:
        MeasurementError: a kind has no process.
    """
    used = dict.fromkeys(PROCESSES, 0.0)
    for process in own_processes():
        with suppress(psutil.Error):
            kind = kind_of(process.name(), process.cmdline())
            if kind is not None:
                # User and system time, its own and that of children that ended.
                used[kind] += sum(process.cpu_times()[:4])
    if missing := [kind for kind, seconds in used.items() if not seconds]:
        raise MeasurementError(f"no process of {', '.join(missing)}: run it as `make bench-step` does")
    return used


def own_processes() -> Collection[psutil.Process]:
    """The processes of the embedded servers' run."""
    token = os.environ.get(MARK)
    found = marked(token) if token else []
    processes = set(found)
    for process in found:
        # Postgres' processes write their titles over the mark, but their parent keeps it.
        with suppress(psutil.NoSuchProcess):
            processes.update(process.children(recursive=True))
    return processes


def kind_of(name: str, command: Sequence[str]) -> str | None:
    """Which kind a process is of, by its program's name and its command line; None for others."""
    if name == "postgres":
        return POSTGRES
    if "kafka.Kafka" in command:
        return KAFKA
    return WORKER if "faust" in command else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
