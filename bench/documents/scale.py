"""The measured blocks of the page docs/scale.md; what stands around them is written by hand."""

from __future__ import annotations

from collections.abc import Callable

from bench.documents.markdown import origin, table, with_blocks
from bench.documents.needs import limits, needs
from bench.documents.results import NOT_MEASURED, Results
from bench.documents.tables import compared
from bench.measurements import SCALE
from bench.storage import Entry

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
    step = list(results.steps.items())[-1:]
    for name, entry in step:
        microseconds = entry["microseconds"]
        for process, value in microseconds.items():
            rows.append([f"processor time of a row, {process}", f"{value:.1f} µs", f"step {name}: {origin(entry)}"])
        postgres = 1e6 / microseconds["Postgres"]
        rows.append(["so one core of Postgres is worth", f"{postgres:,.0f} rows/s", "computed"])
    if not step:
        rows.append(["processor time of a row", NOT_MEASURED, ""])
    size = f"{found.bytes_a_row:,.0f} bytes" if found else NOT_MEASURED
    rows.append(["a row in Postgres, with indexes and features", size, "the largest growth run"])
    return table(["what", "measured", "from"], rows)


def wide_runs(results: Results) -> list[str]:
    """The runs with more workers and partitions."""
    return compared(results, (SCALE,))


def needed(results: Results) -> list[str]:
    """What each rate takes."""
    found = limits(results)
    if found is None:
        return ["Not measured yet: it takes the results of `make bench`, `make bench-growth` and `make bench-step`."]
    rows = []
    for rate in RATES:
        need = needs(rate, found)
        cells = (need.workers, need.partitions, need.postgres_cores, need.shards, round(need.gigabytes_a_day))
        rows.append([f"{rate:,}", *(f"{cell:,}" for cell in cells)])
    return table(["rows/s", "workers", "partitions", "cores for Postgres", "servers", "GB a day"], rows)


BLOCKS: dict[str, Callable[[Results], list[str]]] = {
    "limits": single_limits,
    "runs": wide_runs,
    "needs": needed,
}


def _speed(results: Results, name: str) -> str:
    speed = results.speed(name)
    return f"{speed:,.0f} rows/s" if speed else NOT_MEASURED


def _origin(entry: Entry | None) -> str:
    return origin(entry) if entry else ""
