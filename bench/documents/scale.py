"""The measured blocks of the page docs/scale.md; what stands around them is written by hand."""

from __future__ import annotations

from collections.abc import Callable

from bench.cores import ARRANGEMENTS
from bench.documents.markdown import origin, table, with_blocks
from bench.documents.needs import limits, microseconds, needs
from bench.documents.results import NOT_MEASURED, Results
from bench.documents.tables import compared
from bench.measurements import SCALE
from bench.steps import PROCESSES
from bench.storage import Entry, figure_of

RATES = (100_000, 1_000_000, 10_000_000)


def page(text: str, results: Results) -> str:
    """The page with its measured blocks written anew.

    Raises:
        KeyError: the page has a block of an unknown name.
    """
    return with_blocks(text, {name: write(results) for name, write in BLOCKS.items()})


def single_limits(results: Results) -> list[str]:
    """What one worker and one Postgres did, and where each figure is from."""
    found = limits(results)
    rows = [
        [
            "one worker, all on the bench's machine",
            _speed(results, "worker"),
            _origin(results.comparison.get("worker")),
        ],
        ["two workers, the same", _speed(results, "two-workers"), _origin(results.comparison.get("two-workers"))],
    ]
    for process, value in (microseconds(results) or {}).items():
        rows.append([f"processor time of a row, {process}", f"{value:.1f} µs", "the most of the runs below"])
        rows.append(["so a core of it is worth", f"{1e6 / value:,.0f} rows/s", "computed"])
    size = f"{found.bytes_a_row:,.0f} bytes" if found else NOT_MEASURED
    rows.append(["a row in Postgres, with indexes and features", size, "the largest growth run"])
    return table(["what", "measured", "from"], rows)


def core_runs(results: Results) -> list[str]:
    """Speed, and how busy the cores were, with Postgres on one of its own."""
    rows = []
    for name, (workers, apart) in ARRANGEMENTS.items():
        entry = results.scale.get(name)
        who = "one worker" if workers == 1 else f"{workers} workers"
        where = "and Kafka on one core, Postgres on the other" if apart else "with Kafka and Postgres on both cores"
        figure = figure_of(entry)
        if entry is None or figure is None:
            rows.append([f"{who} {where}", NOT_MEASURED, *[""] * 6])
            continue
        times = [entry["microseconds"][process] for process in PROCESSES]
        worker, postgres, kafka = (value * figure.rows_per_second / 1e6 for value in times)
        busy = [f"{worker + kafka:.0%}", f"{postgres:.0%}"] if apart else ["", ""]
        speed = f"{figure.rows_per_second:,.0f}"
        rows.append([f"{who} {where}", speed, *(f"{value:.1f}" for value in times), *busy, origin(entry)])
    header = [
        "what",
        "rows/s",
        "worker, µs a row",
        "Postgres",
        "Kafka",
        "workers' core busy",
        "Postgres' core",
        "measured",
    ]
    return table(header, rows)


def wide_runs(results: Results) -> list[str]:
    """The runs with more workers and partitions."""
    return compared(results, (SCALE,))


def needed(results: Results) -> list[str]:
    """What each rate takes."""
    found = limits(results)
    if found is None:
        return ["Not measured yet: it takes the results of `make bench-growth` and `make bench-scale`."]
    rows = []
    for rate in RATES:
        need = needs(rate, found)
        cells = (
            need.workers,
            need.partitions,
            need.postgres_cores,
            need.shards,
            need.kafka_cores,
            round(need.gigabytes_a_day),
        )
        rows.append([f"{rate:,}", *(f"{cell:,}" for cell in cells)])
    return table(
        ["rows/s", "workers", "partitions", "cores for Postgres", "servers", "cores for Kafka", "GB a day"], rows
    )


BLOCKS: dict[str, Callable[[Results], list[str]]] = {
    "limits": single_limits,
    "cores": core_runs,
    "runs": wide_runs,
    "needs": needed,
}


def _speed(results: Results, name: str) -> str:
    speed = results.speed(name)
    return f"{speed:,.0f} rows/s" if speed else NOT_MEASURED


def _origin(entry: Entry | None) -> str:
    return origin(entry) if entry else ""
