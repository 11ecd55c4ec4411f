"""Runs measurements one after the other and stores each as it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from bench.circumstances import circumstances, continues
from bench.engines.outcome import reason
from bench.errors import MeasurementError, UnavailableError
from bench.figure import Figure
from bench.measurements import MEASUREMENTS, PEERS, Measurement
from bench.storage import Entry, store, stored, with_figures
from bench.testbed import Testbed

KIND = "comparison"


def run(testbed: Testbed, names: Iterable[str], *, again: bool = True) -> dict[str, Entry]:
    """Measure what is named; return its entries, which are stored too.

    Unless `again`, others' programs are left out that were measured by the same commit on the same machine.

    Raises:
        MeasurementError: a program of `make bench` failed, or computed something else than the others. Of the others'
            programs such a one is stored as not available, with the reason.
    """
    return {name: _run_one(testbed, name, MEASUREMENTS[name], again=again) for name in names}


def _run_one(testbed: Testbed, name: str, measurement: Measurement, *, again: bool) -> Entry:
    say(measurement.title)
    described = {"users": testbed.size.users, **circumstances()}
    before = stored(KIND).get(name)
    if before and not again and measurement.suite == PEERS and _is_done(before, described, testbed):
        say("  done before")
        return before
    try:
        figures = [_measured(testbed, measurement) for _ in range(testbed.size.runs)]
        entry = with_figures(figures, **described)
    except UnavailableError as error:
        say(f"  not available: {error}")
        entry = {**described, "unavailable": str(error)}
    except MeasurementError as error:
        if measurement.suite != PEERS:
            raise
        say(f"  does not: {error}")
        entry = {**described, "unavailable": reason(error)}
    store(KIND, name, entry)
    return entry


def _is_done(before: Entry, described: Entry, testbed: Testbed) -> bool:
    runs = before.get("runs", [])
    return continues(before, described) and [run["rows"] for run in runs] == [testbed.size.rows] * testbed.size.runs


def _measured(testbed: Testbed, measurement: Measurement) -> Figure:
    figure = measurement.measure(testbed)
    say(f"  {figure.rows_per_second:>10,.0f} rows/s {figure.peak_mb:>6.0f} MB")
    # What happens over time is measured by the growth runs, in one place.
    return Figure(figure.rows, figure.seconds, figure.peak_mb)


def say(line: str) -> None:
    """Tell how far it is, apart from the table."""
    print(line, file=sys.stderr, flush=True)
