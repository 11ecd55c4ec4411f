"""What the project is to reach, beside what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.documents.engines import over_dlt
from bench.documents.markdown import table
from bench.documents.results import NOT_MEASURED, Results
from bench.storage import figure_of

TIMES = "×"  # noqa: RUF001  # the sign of a ratio is meant
SMALL_ROWS, LARGE_ROWS = 1_000_000, 10_000_000


@dataclass(frozen=True)
class Target:
    """One line.

    Attributes:
        what: in words.
        measured: the figure, None if it is not known.
        must: the least that is to be reached, or the most that is allowed.
        aim: what would be good.
        unit: of all three.
        at_most: whether less is better.
    """

    what: str
    measured: Callable[[Results], float | None]
    must: float
    aim: float
    unit: str = TIMES
    at_most: bool = False

    def line(self, results: Results) -> list[str]:
        """The cells: what, must, aim, measured, verdict."""
        found = self.measured(results)
        sign = "≤" if self.at_most else "≥"
        return [
            self.what,
            f"{sign} {self.must:g}{self.unit}",
            f"{sign} {self.aim:g}{self.unit}",
            NOT_MEASURED if found is None else f"{found:.{2 if self.unit == TIMES else 0}f}{self.unit}",
            "" if found is None else self._verdict(found),
        ]

    def _verdict(self, found: float) -> str:
        if self._reached(found, self.aim):
            return "aim met"
        return "met" if self._reached(found, self.must) else "**not met**"

    def _reached(self, found: float, limit: float) -> bool:
        return found <= limit if self.at_most else found >= limit


def ratio(name: str, over: str) -> Callable[[Results], float | None]:
    """One program's speed over another's."""
    return lambda results: results.ratio(name, over)


def _growth(results: Results) -> float | None:
    small, large = results.grown("worker", SMALL_ROWS), results.grown("worker", LARGE_ROWS)
    return large.rows_per_second / small.rows_per_second if small and large else None


def _worker_memory(results: Results) -> float | None:
    large = results.grown("worker", LARGE_ROWS)
    return large.peak_mb if large else None


def _producer_memory(results: Results) -> float | None:
    entries = [entry for name, entry in results.growth.items() if name.startswith("producer-")]
    figures = [figure for entry in entries if (figure := figure_of(entry))]
    return max((figure.peak_mb for figure in figures), default=None)


def _live(rate: str, percentile: str) -> Callable[[Results], float | None]:
    def measured(results: Results) -> float | None:
        figure = figure_of(results.latency.get(rate))
        return figure.percentiles_ms[percentile] if figure else None

    return measured


TARGETS = (
    Target("worker over Kafka Streams exactly_once_v2 without a sink", ratio("worker", "kafka-streams-eos"), 1.3, 1.8),
    Target("worker over a Faust table + one Postgres upsert an event", ratio("worker", "naive"), 30, 50),
    Target("worker over aiokafka + orjson + dict, nothing stored", ratio("worker", "plain"), 0.25, 0.4),
    Target("CSV file to committed features, over polars + COPY", ratio("end-to-end", "polars"), 0.25, 0.4),
    Target("CSV file to committed features, both cold, over dlt's merge", over_dlt, 1.5, 2),
    Target("producer over librdkafka sending raw lines", ratio("producer", "librdkafka"), 1, 2),
    Target("worker at 10 M rows / 500 k users over 1 M / 50 k", _growth, 0.9, 1),
    Target("worker resident at 10 M rows / 500 k users", _worker_memory, 300, 280, " MB", at_most=True),
    Target("producer resident, the most of all sizes", _producer_memory, 120, 90, " MB", at_most=True),
    Target("100 rows/s offered, due to visible, p50", _live("100", "p50"), 5, 2.5, " ms", at_most=True),
    Target("1,000 rows/s offered, due to visible, p50", _live("1000", "p50"), 15, 7.5, " ms", at_most=True),
    Target("1,000 rows/s offered, due to visible, p99", _live("1000", "p99"), 40, 20, " ms", at_most=True),
    Target("10,000 rows/s offered, due to visible, p50", _live("10000", "p50"), 60, 30, " ms", at_most=True),
    Target("10,000 rows/s offered, due to visible, p99", _live("10000", "p99"), 150, 75, " ms", at_most=True),
    Target("the same file again, over the first load", ratio("again", "worker"), 1.5, 3),
    Target("2 workers over 1", ratio("two-workers", "worker"), 1.0, 1.2),
)


def lines(results: Results) -> list[str]:
    """The table."""
    return table(["what", "must", "aim", "measured", ""], (target.line(results) for target in TARGETS))
