"""The main job from files to features, once: `make run` and `ingest demo`.

Needs KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL, as `python -m embedded` sets them. Starts a worker, loads the folder,
waits until everything is applied, prints the report and ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TextIO

# Faust looks for the application in the folder that it is started in, where anyone's modules may be.
HOME = Path(__file__).parents[1]
WORKER = ["-m", "faust", "-A", "streams.app", "worker", "-l", "info"]
STOP_SECONDS = 20
LOG_LINES = 20
EXIT_ROWS_REJECTED = 1


def main() -> int:
    """Run the job on the folder named by the first argument."""
    folder = sys.argv[1] if len(sys.argv) > 1 else "data"
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as worker_log:
        worker = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, *WORKER],
            cwd=HOME,
            stdout=worker_log,
            stderr=worker_log,
            # Its end may be shown to people.
            env={**os.environ, "LOG_FORMAT": "text"},
        )
        try:
            load = _python("producers.csv", folder, "--wait", "--wait-timeout", "300")
            if load not in (0, EXIT_ROWS_REJECTED):
                _print_end_of(worker_log, alive=worker.poll() is None)
                return load
            print(flush=True)
            status = _python("streams.report") or _python("streams.audit")
        finally:
            worker.terminate()
            _wait(worker)
    print(f"Done in {time.monotonic() - started:.1f} s")
    return status


def _python(module: str, *arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode  # noqa: S603  # our own command


def _wait(worker: subprocess.Popen[bytes]) -> None:
    try:
        worker.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _print_end_of(log: TextIO, *, alive: bool) -> None:
    log.seek(0)
    lines = log.read().splitlines()[-LOG_LINES:]
    print("The worker", "runs" if alive else "ended", "and its last lines are:", *lines, sep="\n  ", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not Path(sys.argv[1]).exists():
        sys.exit(f"{sys.argv[1]}: no such folder; name one with make run DATA=dir")
    sys.exit(main())
