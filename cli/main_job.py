"""The main job from files to features, once: `make run` and `ingest demo`.

Needs KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL, as `python -m embedded` sets them. Starts a worker, loads the folder,
waits until everything is applied, prints the report and ends.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from cli.own_worker import OwnWorker, own_worker
from models.exit_codes import ExitCode

_LOOK_AGAIN = 0.1
"""Seconds between two looks at the processes."""


def main() -> int:
    """Run the job on the folder named by the first argument; the others are the producer's, files or options."""
    arguments = sys.argv[1:] or ["data"]
    started = time.monotonic()
    with own_worker() as worker:
        load = _load(worker, arguments)
        if load == ExitCode.NOTHING:  # reported by the load; the worker has no part in it
            return load
        if load not in (ExitCode.DONE, ExitCode.PARTLY):
            _print_end_of(worker)
            return load
        print(flush=True)
        status = _python("streams.report") or _python("streams.audit")
    print(f"Done in {time.monotonic() - started:.1f} s")
    return status


def _load(worker: OwnWorker, arguments: list[str]) -> int:
    """Load the files; once the worker has ended nothing more is waited for."""
    command = [sys.executable, "-m", "producers.csv", *arguments, "--wait", "--wait-timeout", "300"]
    with subprocess.Popen(command) as process:  # noqa: S603  # our own command
        while process.poll() is None:
            if not worker.is_alive:
                process.terminate()
                return ExitCode.POSTGRES
            time.sleep(_LOOK_AGAIN)
    return process.returncode


def _python(module: str, *arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode  # noqa: S603  # our own command


def _print_end_of(worker: OwnWorker) -> None:
    state = "is running" if worker.is_alive else "has ended"
    print(f"The worker {state}; the last lines of its log:", *worker.last_lines(), sep="\n  ", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not Path(sys.argv[1]).exists():
        print(f"{sys.argv[1]}: no such folder; name one with make run DATA=dir", file=sys.stderr)
        sys.exit(ExitCode.NOTHING)
    sys.exit(main())
