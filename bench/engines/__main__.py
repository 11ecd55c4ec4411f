"""`python -m bench.engines [NAME…]`: the trials of each engine, each stored as it is done; one that fails stops none.

ROWS and USERS set the size; TRIAL_SECONDS (600) is the most that each wait of a trial may take, LIVE_SECONDS (15) how
long rows are offered; TRIALS (drain,correct,kill,live) chooses; without it
variants of a program are not killed. What was stored before by the same commit on the same
machine is kept, so that a run that was cut goes on where it was; AGAIN=1 tries all again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.comparison import say
from bench.documents.engines import OURS, over_dlt
from bench.documents.results import all_results
from bench.engines.engines import ENGINES
from bench.engines.sitting import Sitting
from bench.size import size_from_environment
from bench.testbed import Testbed


def main(arguments: Sequence[str] | None = None) -> int:
    """Try, store and print; the result is the exit code: 1 if an engine of ours ended with a wrong answer."""
    names = _names(arguments)
    with tempfile.TemporaryDirectory() as folder:
        testbed = Testbed(dict(os.environ), Path(folder), size_from_environment())
        chosen = os.environ["TRIALS"].split(",") if "TRIALS" in os.environ else None
        limit, again = float(os.environ.get("TRIAL_SECONDS", "600")), os.environ.get("AGAIN") == "1"
        sitting = Sitting(testbed, limit, chosen, again)
        outcomes = {name: sitting.try_engine(name, ENGINES[name]) for name in names}
    if ratio := over_dlt(all_results()):
        say(f"From the file to committed features, both cold, ours is {ratio:.2f} times as fast as dlt's best")
    return 0 if all(outcomes.get(name, True) for name in OURS) else 1


def _names(arguments: Sequence[str] | None) -> list[str]:
    parser = argparse.ArgumentParser(prog="python -m bench.engines", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ENGINES)}; all by default")
    asked: list[str] = parser.parse_args(arguments).names
    if unknown := [name for name in asked if name not in ENGINES]:
        parser.error(f"unknown: {', '.join(unknown)}")
    return asked or list(ENGINES)


if __name__ == "__main__":
    sys.exit(main())
