"""`python -m bench [NAME…]`: our speed beside the peers', as one table; ROWS, USERS and RUNS set the size."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import comparison, table
from bench.errors import MeasurementError
from bench.measurements import BENCH, MEASUREMENTS, PEERS, SCALE
from bench.size import size_from_environment
from bench.testbed import Testbed


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, store and print; the result is the exit code."""
    names = _names(_parser(), arguments)
    size = size_from_environment()
    with tempfile.TemporaryDirectory() as folder:
        testbed = Testbed(dict(os.environ), Path(folder), size)
        try:
            entries = comparison.run(testbed, names, again=os.environ.get("AGAIN") == "1")
        except MeasurementError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    print(f"\n{size.rows:,} experiments of {size.users:,} users; medians of {size.runs}\n")
    print("\n".join(table.lines(entries)))
    return 0


def _names(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> list[str]:
    asked = set(parser.parse_args(arguments).names or [BENCH])
    if unknown := asked - {BENCH, PEERS, SCALE, *MEASUREMENTS}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return [name for name, measurement in MEASUREMENTS.items() if {name, measurement.suite} & asked]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure speed and memory with the servers of KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL, whose "
        "topics are deleted. Environment: ROWS (1000000), USERS (50000), RUNS (3).",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"a suite: {BENCH} (the default), {PEERS}, {SCALE}; or measurements: {', '.join(MEASUREMENTS)}",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
