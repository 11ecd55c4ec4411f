"""README's measured blocks: how we compare; what stands around them is written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bench.documents import engines
from bench.documents.markdown import table, times_as_fast, with_blocks
from bench.documents.results import NOT_MEASURED, Results
from bench.storage import figure_of

OURS = "worker"
LIVE_RATE = "1000"
LARGE_ROWS = 10_000_000
HUNDRED_THOUSAND = 100_000


class Compared(NamedTuple):
    """A line: the measurement's name, its title in README, and a word on what it does."""

    name: str
    title: str
    word: str


BACKLOG = (
    Compared(OURS, "**our worker**, exactly once", "Postgres, with every row"),
    Compared("naive", "Faust table + one Postgres upsert an event", "Postgres"),
    Compared("kafka-streams-eos", "Kafka Streams, exactly once", "its own store"),
    Compared("kafka-streams-alo", "Kafka Streams, at least once", "its own store"),
    Compared("quix", "Quix Streams", "its own store"),
    Compared("bytewax", "Bytewax", "memory"),
    Compared("plain", "aiokafka + orjson + dict", "memory, lost at the end"),
)
PRODUCERS = (
    Compared("producer", "**our producer**", "each row read, validated, written as JSON with its file and line"),
    Compared("librdkafka", "librdkafka (confluent-kafka)", "the file's lines as they are"),
)
BATCH = (
    Compared("end-to-end", "**ours**, from file to committed features", "corrections, deletions, restarts"),
    Compared("polars", "polars + COPY into tables without keys", "whole file in memory"),
    Compared("polars-keyed", "the same, with our keys and indexes made at the end", "whole file in memory"),
    Compared("pandas", "pandas + SQLAlchemy ORM", ""),
)


def page(text: str, results: Results) -> str:
    """README with its measured blocks written again.

    Raises:
        KeyError: it has a block of an unknown name.
    """
    return with_blocks(text, {name: write(results) for name, write in BLOCKS.items()})


def _lines(results: Results, compared: tuple[Compared, ...], what: str) -> list[str]:
    ours = results.speed(compared[0].name)
    rows = []
    for name, title, word in compared:
        figure = figure_of(results.comparison.get(name))
        if figure is None:
            rows.append([title, NOT_MEASURED, "", "", word])
            continue
        times = ours / figure.rows_per_second if ours and name != compared[0].name else None
        of = "" if figure.rows == results.rows(compared[0].name) else f" ({rounded(figure.rows):,} rows)"
        cells = [f"{rounded(figure.rows_per_second):,}", f"{figure.peak_mb:,.0f} MB", times_as_fast(times)]
        rows.append([title + of, *cells, word])
    return table(["", "rows/s", "memory", "ours is", what], rows)


def rounded(number: float) -> int:
    """To two digits, or three from a hundred thousand on: a run differs by more from the next."""
    whole = round(number)
    return round(whole, (3 if whole >= HUNDRED_THOUSAND else 2) - len(str(whole)))


def live(results: Results) -> list[str]:
    """A sentence on latency and one on the largest load."""
    at_rate, large = figure_of(results.latency.get(LIVE_RATE)), results.grown(OURS, LARGE_ROWS)
    said = []
    if at_rate:
        p50, p99 = (f"{at_rate.percentiles_ms[name]:.0f} ms" for name in ("p50", "p99"))
        said.append(
            f"At 1,000 rows/s offered, a row is visible in Postgres after {p50} (median) and {p99} (99th percentile)."
        )
    if large:
        speed = f"{rounded(large.rows_per_second):,} rows/s"
        said.append(f"With 10 M experiments of 500,000 users the worker does {speed} in {large.peak_mb:.0f} MB.")
    return said or [f"{NOT_MEASURED.capitalize()}."]


BLOCKS: dict[str, Callable[[Results], list[str]]] = {
    "engines": engines.short,
    "backlog": lambda results: _lines(results, BACKLOG, "where the features end up"),
    "producers": lambda results: _lines(results, PRODUCERS, "what it sends"),
    "batch": lambda results: _lines(results, BATCH, ""),
    "live": live,
}
