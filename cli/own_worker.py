"""A worker that a command starts for itself, and stops at its end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from models.settings.environment import load_settings

# Faust looks for the application in the folder that it is started in, where anyone's modules may be.
HOME = Path(__file__).parents[1]
WORKER = ("-m", "faust", "-A", "streams.app", "worker", "-l", "info")
STOP_SECONDS = 20
LOG_LINES = 20


class OwnWorker:
    """A worker's process, and its log."""

    def __init__(self, process: subprocess.Popen[str], log: IO[str]) -> None:
        """Take the process and the file that it writes to."""
        self._process = process
        self._log = log

    @property
    def is_alive(self) -> bool:
        """Whether the process is running."""
        return self._process.poll() is None

    def last_lines(self) -> list[str]:
        """The last lines of its log."""
        self._log.seek(0)
        return self._log.read().splitlines()[-LOG_LINES:]

    def stop(self) -> None:
        """Stop it; all that it has not committed stays in Kafka."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def own_worker(*options: str) -> Iterator[OwnWorker]:
    """A worker for the time of one `with` block; it waits for its servers by itself."""
    with tempfile.TemporaryFile("w+", errors="backslashreplace") as log:
        process = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, *WORKER, *options],
            cwd=HOME,
            stdout=log,
            stderr=log,
            text=True,
            # Its end may be shown to people.
            env={**os.environ, "LOG_FORMAT": "text", "MODEL": load_settings().model},
        )
        worker = OwnWorker(process, log)
        try:
            yield worker
        finally:
            worker.stop()
