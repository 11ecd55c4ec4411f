"""One table for each kind of run."""

from __future__ import annotations

from collections.abc import Sequence

from bench.documents.markdown import origin, table
from bench.documents.results import NOT_MEASURED, Results
from bench.measurements import BENCH, MEASUREMENTS, PEERS
from bench.storage import Entry, figure_of

NONE = [f"{NOT_MEASURED[0].upper()}{NOT_MEASURED[1:]}."]


def compared(results: Results, suites: Sequence[str] = (BENCH, PEERS)) -> list[str]:
    """Our programs and the peers'; those too that could not be measured."""
    rows = [
        _compared(measurement.title, results.comparison.get(name))
        for name, measurement in MEASUREMENTS.items()
        if measurement.suite in suites
    ]
    return table(["what", "rows", "rows/s, median", "least and most", "runs", "memory", "measured"], rows)


def _compared(title: str, entry: Entry | None) -> list[str]:
    figure = figure_of(entry)
    if entry is None:
        return [title, "", NOT_MEASURED, "", "", "", ""]
    if figure is None:
        return [title, "", f"not available: {entry['unavailable']}", "", "", "", origin(entry)]
    speeds = [run["rows"] / run["seconds"] for run in entry["runs"]]
    return [
        title,
        f"{figure.rows:,}",
        f"{figure.rows_per_second:,.0f}",
        f"{min(speeds):,.0f} … {max(speeds):,.0f}",
        str(len(speeds)),
        f"{figure.peak_mb:.0f} MB",
        origin(entry),
    ]


def grown(results: Results) -> list[str]:
    """Producer and worker at each size, and what Postgres holds then."""
    rows = []
    for entry in results.growth.values():
        figure = figure_of(entry)
        if figure and "tables_mb" in entry:
            producer, sizes = results.grown("producer", entry["rows"]), entry["tables_mb"]
            rows.append(
                [
                    f"{entry['rows']:,}",
                    f"{entry['users']:,}",
                    f"{producer.rows_per_second:,.0f}" if producer else "",
                    f"{producer.peak_mb:.0f} MB" if producer else "",
                    f"{figure.rows_per_second:,.0f}",
                    f"{figure.peak_mb:.0f} MB",
                    *(f"{sizes[name]['table']:,.0f} + {sizes[name]['indexes']:,.0f} MB" for name in sorted(sizes)),
                    origin(entry),
                ]
            )
    header = ["rows", "users", "producer, rows/s", "its memory", "worker, rows/s", "its memory"]
    header += ["`experiments`, table + indexes", "`user_features`, table + indexes", "measured"]
    return table(header, rows) if rows else NONE


def latencies(results: Results) -> list[str]:
    """Percentiles at each rate."""
    rows = []
    for entry in sorted(results.latency.values(), key=lambda found: float(found["rate"])):
        figure = figure_of(entry)
        if figure:
            percentiles = [f"{value:,.1f}" for value in figure.percentiles_ms.values()]
            kept_up = "yes" if entry["kept_up"] else "no"
            memory = f"{figure.peak_mb:.0f} MB"
            late = f"{entry['sender_late_ms']:,.1f}"
            rows.append([f"{entry['rate']:,.0f}", *percentiles, late, kept_up, memory, origin(entry)])
    header = ["rows/s offered", "p50, ms", "p90", "p99", "p99.9", "max", "sender late", "kept up", "memory", "measured"]
    return table(header, rows) if rows else NONE


def read_beside(results: Results) -> list[str]:
    """Latency of reads, without rows and beside them."""
    rows = []
    for entry in sorted(results.features.values(), key=lambda found: (float(found["rate"]), str(found["way"]))):
        figure = figure_of(entry)
        if figure:
            percentiles = [f"{value:,.1f}" for value in figure.percentiles_ms.values()]
            processor = "" if entry["processor_ms"] is None else f"{entry['processor_ms']:.2f}"
            kept_up = "yes" if entry["kept_up"] else "no"
            way = {"page": "`GET /features`", "reader": "`FeatureReader`"}[entry["way"]]
            offered = [f"{entry['rate']:,.0f}", f"{entry['reads']:,.0f}"]
            rows.append([way, *offered, *percentiles, processor, str(entry["failed"]), kept_up, origin(entry)])
    header = ["way", "rows/s offered", "reads/s", "p50, ms", "p90", "p99", "worker's processor, ms a read"]
    header += ["failed", "rows kept up", "measured"]
    return table(header, rows) if rows else NONE


def soaked(results: Results) -> list[str]:
    """How memory moved under a steady load."""
    rows = []
    for entry in results.soak.values():
        figure = figure_of(entry)
        if figure:
            slope = f"{entry['slope_mb_per_hour']:+.1f} MB/h"
            kept_up = "yes" if entry["kept_up"] else "no"
            rows.append(
                [
                    f"{entry['rate']:,.0f}",
                    f"{entry['seconds'] / 60:g}",
                    f"{figure.rows:,}",
                    kept_up,
                    f"{figure.peak_mb:.0f} MB",
                    slope,
                    origin(entry),
                ]
            )
    header = ["rows/s offered", "minutes", "rows", "kept up", "most memory", "slope", "measured"]
    return table(header, rows) if rows else NONE


def stepwise(results: Results) -> list[str]:
    """Processor time of a row by process, step by step."""
    rows = []
    for name, entry in results.steps.items():
        figure = figure_of(entry)
        if figure:
            times = [f"{microseconds:.1f}" for microseconds in entry["microseconds"].values()]
            wall = f"{figure.seconds / figure.rows * 1e6:.1f}"
            rows.append([name, f"{figure.rows_per_second:,.0f}", wall, *times, origin(entry)])
    header = ["step", "rows/s", "elapsed, µs a row", "worker", "Postgres", "Kafka", "measured"]
    return table(header, rows) if rows else NONE
