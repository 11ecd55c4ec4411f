"""The table that a comparison ends with."""

from __future__ import annotations

from collections.abc import Mapping

from bench.measurements import MEASUREMENTS
from bench.storage import Entry, figure_of


def lines(entries: Mapping[str, Entry]) -> list[str]:
    """One line a measurement, our worker's speed over each."""
    worker = figure_of(entries.get("worker"))
    found = []
    for name, entry in entries.items():
        title, figure = MEASUREMENTS[name].title, figure_of(entry)
        if figure is None:
            found.append(f"{title:<52} not available: {entry['unavailable']}")
            continue
        ratio = f"  worker = {worker.rows_per_second / figure.rows_per_second:.2f}x" if worker else ""
        found.append(f"{title:<52} {figure.rows_per_second:>9,.0f} rows/s {figure.peak_mb:>6.0f} MB{ratio}")
    return found
