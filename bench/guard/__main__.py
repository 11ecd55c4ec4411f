"""`python -m bench.guard COMMIT`: is the working tree slower than the commit? Exit code 1 if it surely is.

ROWS (300000), USERS (15000) and MINUTES (5) set the size; at least three pairs of runs are made.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from bench.comparison import say
from bench.errors import MeasurementError
from bench.guard import verdict
from bench.guard.trees import checked_out
from bench.guard.turn import Turn
from bench.process import HERE, PROJECT, Tree
from bench.size import Size
from bench.testbed import Testbed

BUSY_LOAD = 0.5
"""Load average for each core above which the machine is not a quiet one."""
FAILED = 2

Pair = tuple[verdict.Figures, verdict.Figures]


def main(arguments: list[str]) -> int:
    """Measure and print; the result is the exit code: 1 if something is surely worse, 2 if it could not be measured."""
    if len(arguments) != 1 or not arguments[0] or arguments[0].startswith("-"):
        print(f"{__doc__}\nName a commit: make bench-guard AGAINST=<commit>", file=sys.stderr)
        return FAILED
    size = Size(int(os.environ.get("ROWS", "300000")), int(os.environ.get("USERS", "15000")), 1)
    if os.getloadavg()[0] > BUSY_LOAD * (os.cpu_count() or 1):
        say("The machine is busy: the spread will be wide")
    try:
        # Beside the project, so that its environment can be linked.
        with (
            tempfile.TemporaryDirectory(prefix=".guard-", dir=PROJECT) as folder,
            checked_out(arguments[0], Path(folder) / "tree") as other,
        ):
            here = _testbed(HERE, Path(folder) / "here", size)
            theirs = _testbed(other, Path(folder) / "other", size)
            pairs = measure(here, theirs, float(os.environ.get("MINUTES", "5")) * 60, Turn())
    except MeasurementError as error:
        print(f"bench.guard: {error}", file=sys.stderr)
        return FAILED
    found = verdict.ratios(pairs)
    print("\n".join(verdict.lines(found)))
    return 1 if any(ratio.surely_worse for ratio in found) else 0


def measure(here: Testbed, other: Testbed, seconds: float, turn: Turn) -> list[Pair]:
    """Pairs of runs, the first one's and the other's in turn, for so long; at least as many as can say something.

    Raises:
        MeasurementError: a program failed, or its answer is wrong.
    """
    started, pairs = time.monotonic(), list[Pair]()
    while len(pairs) < verdict.LEAST_PAIRS or _time_for_one_more(started, len(pairs), seconds):
        pairs.append((turn.measured(here), turn.measured(other)))
        middles = ", ".join(f"{ratio.name} {ratio.middle:.2f}" for ratio in verdict.ratios(pairs[-1:]))
        say(f"pair {len(pairs)}: {middles}")
    return pairs


def _testbed(tree: Tree, folder: Path, size: Size) -> Testbed:
    folder.mkdir()
    return Testbed(dict(os.environ), folder, size, tree)


def _time_for_one_more(started: float, done: int, seconds: float) -> bool:
    spent = time.monotonic() - started
    return spent + spent / done <= seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
