"""`python -m bench.engines.file_to_features FILE`: our worker and our producer, both cold, until all is committed.

The worker would go on; it is killed then, so that its orderly end is not part of the time.
"""

from __future__ import annotations

import subprocess
import sys

from bench.process import python

WORKER = ("faust", "-A", "streams.app", "worker", "-l", "info", "--without-web")


def main(file: str) -> int:
    """Load the file; the result is the exit code."""
    with subprocess.Popen(python(*WORKER)) as worker:  # noqa: S603  # our own
        try:
            return subprocess.run(python("producers.csv", file, "--wait"), check=False).returncode  # noqa: S603  # our own
        finally:
            worker.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
