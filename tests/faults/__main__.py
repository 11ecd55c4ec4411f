"""`make faults`: random histories with random faults, until the time is up or something is wrong.

The seed and the schedule are printed. `--history N` repeats one history of a seed: the same data and the same faults
at the same times; what the processes make of them is theirs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from tests.faults.planted_bugs import BUGS
from tests.faults.planting import plant
from tests.faults.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="go on for so long (default %(default)g)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="default: drawn")
    parser.add_argument("--history", type=int, help="only this history of the seed")
    parser.add_argument("--keep-going", action="store_true", help="go on after a failure")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    parser.add_argument("--before", type=Path, help="the checkout of an older release that each history begins with")
    parser.add_argument(
        "--plant", choices=["all", *BUGS], help="see how soon a bug is found that is put into the workers"
    )
    options = parser.parse_args()
    # What the libraries here say of servers that are away is no news.
    for name in ("aiokafka", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if options.plant:
        return asyncio.run(plant(BUGS if options.plant == "all" else [options.plant], options.seed))
    logs = Path(tempfile.mkdtemp(prefix="faults-"))
    print(f"seed {options.seed}; the workers' logs are in {logs}")
    report = asyncio.run(
        run(
            options.seed,
            options.minutes,
            options.history,
            logs,
            keep_going=options.keep_going,
            before=options.before,
        )
    )
    print("\n".join(report.lines()))
    if options.json:
        figures = {
            name: getattr(report, name)
            for name in ("histories", "acts", "compared", "published", "faults", "slowest_stop")
        }
        figures |= {"pauses": report.pauses, "resumed": report.resumed, "wrong": report.wrong}
        figures |= {"exits": [[code, reason, count] for (code, reason), count in report.exits.items()]}
        options.json.write_text(json.dumps(figures, indent=1))
    if not report.wrong:
        shutil.rmtree(logs)
        return 0
    print(*report.wrong, sep="\n", file=sys.stderr)
    for number in report.failed:
        print(f"to repeat it: make faults SEED={options.seed} HISTORY={number}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
