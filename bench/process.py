"""A measured process: how long it took and the most memory it held."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

PAUSE = 0.02
STOP_SECONDS = 30


@dataclass(frozen=True)
class Figure:
    """One measurement."""

    rows: int
    seconds: float
    peak_mb: float

    @property
    def rows_per_second(self) -> float:
        """Speed."""
        return self.rows / self.seconds


class Measured:
    """A Python module that runs until its block ends, watched for memory."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """Take the arguments after `python -m`, and where its output goes."""
        self._arguments = arguments
        self._environment = dict(environment)
        self.log = log
        self.peak_mb = 0.0

    def __enter__(self) -> Self:
        """Start it."""
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603  # our own command
                [sys.executable, "-m", *self._arguments], env=self._environment, stdout=output, stderr=output
            )
        self._watched = psutil.Process(self._process.pid)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait_for(self, condition: Callable[[], bool], limit: float) -> float:
        """Wait until the condition holds, watching memory; return the time it came true.

        Raises:
            RuntimeError: it did not within the limit (seconds), or the process ended before.
        """
        end = time.monotonic() + limit
        while not condition():
            self._look_at_memory()
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{' '.join(self._arguments)}: see {self.log}:\n{self.log.read_text()[-2000:]}")
            time.sleep(PAUSE)
        return time.monotonic()

    def wait(self, limit: float) -> int:
        """Wait until it ends, watching memory; return its exit code."""
        end = time.monotonic() + limit
        while self._process.poll() is None and time.monotonic() < end:
            self._look_at_memory()
            time.sleep(PAUSE)
        return self._process.wait(1)

    def says(self, text: str) -> bool:
        """Whether its output holds the text."""
        return text in self.log.read_text(errors="replace")

    def _look_at_memory(self) -> None:
        try:
            self.peak_mb = max(self.peak_mb, self._watched.memory_info().rss / 1e6)
        except psutil.NoSuchProcess:
            return
