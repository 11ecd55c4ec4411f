"""`python -m bench.engines.file_to_features FILE`: our worker and our producer, both cold, until all is committed."""

from __future__ import annotations

import subprocess
import sys

from bench.process import python
from cli.own_worker import own_worker


def main(file: str) -> int:
    """Load the file; the result is the exit code."""
    with own_worker("--without-web"):
        return subprocess.run(python("producers.csv", file, "--wait"), check=False).returncode  # noqa: S603  # our own


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
