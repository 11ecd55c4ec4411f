"""A measured process: how long it took and the memory it held."""

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

from bench.errors import MeasurementError
from bench.figure import Samples

PAUSE = 0.02
STOP_SECONDS = 30
SAMPLE_SECONDS = 0.5
MB = 1e6
PROJECT = Path(__file__).parents[1]


class Measured:
    """A program that runs until its block ends, watched for memory."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, folder: Path = PROJECT
    ) -> None:
        """Take the program with its arguments, where its output goes, and the folder in which it is started."""
        self._command = command
        self._folder = folder
        self._environment = dict(environment)
        self.log = log
        self.peak_mb = 0.0
        self.memory: Samples = []

    def __enter__(self) -> Self:
        """Start it."""
        with self.log.open("wb") as output:
            self.started = time.monotonic()
            self._process = subprocess.Popen(  # noqa: S603  # our own command
                self._command, env=self._environment, stdout=output, stderr=output, cwd=self._folder
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

    def wait_for(self, condition: Callable[[], bool], limit: float, pause: float = PAUSE) -> float:
        """Wait until the condition holds, watching memory; return the time it came true.

        Args:
            condition: asked again and again.
            limit: seconds to wait at most.
            pause: seconds between two questions, for a condition that costs something.

        Raises:
            MeasurementError: it did not within the limit (seconds), or the process ended before.
        """
        end = time.monotonic() + limit
        while not condition():
            self.sample()
            if self._process.poll() is not None or time.monotonic() > end:
                raise self.failure()
            time.sleep(pause)
        return time.monotonic()

    def wait(self, limit: float, pause: float = PAUSE, meanwhile: Callable[[], None] | None = None) -> float:
        """Wait until it ends by itself, watching memory; return the time.

        Args:
            limit: seconds to wait at most.
            pause: seconds between two looks.
            meanwhile: called at each look.

        Raises:
            MeasurementError: it did not within the limit (seconds), or ended with an exit code other than 0.
        """
        end = time.monotonic() + limit
        while self._process.poll() is None:
            self.sample()
            if meanwhile is not None:
                meanwhile()
            if time.monotonic() > end:
                raise self.failure()
            time.sleep(pause)
        if self._process.returncode != 0:
            raise self.failure()
        return time.monotonic()

    def processor_seconds(self) -> float:
        """Processor time that it and its living descendants have used so far, user and system."""
        return sum(sum(process.cpu_times()[:4]) for process in [self._watched, *self._watched.children(recursive=True)])

    def says(self, text: str) -> bool:
        """Whether its output holds the text."""
        return text in self.output()

    def output(self) -> str:
        """All that it said."""
        return self.log.read_text(errors="replace")

    def failure(self) -> MeasurementError:
        """What to raise when it did not do what it should."""
        return MeasurementError(f"{' '.join(self._command)}:\n{self.output()[-2000:]}")

    def sample(self) -> None:
        """Look at its memory, and keep what was seen, once in a while."""
        try:
            resident = self._watched.memory_info().rss / MB
        except psutil.NoSuchProcess:
            return
        self.peak_mb = max(self.peak_mb, resident)
        age = time.monotonic() - self.started
        if not self.memory or age >= self.memory[-1][0] + SAMPLE_SECONDS:
            self.memory.append((round(age, 2), round(resident, 1)))


@dataclass(frozen=True)
class Tree:
    """A working tree with a Python environment of its own.

    Attributes:
        folder: the tree.
        interpreter: the environment's Python.
    """

    folder: Path
    interpreter: str

    def measured(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Measured:
        """A Python module of the tree with its arguments, started by entering it."""
        return Measured([self.interpreter, "-m", *arguments], environment, log, self.folder)


HERE = Tree(PROJECT, sys.executable)


def python(*arguments: str) -> list[str]:
    """The command that runs a Python module of ours: its name and arguments."""
    return [sys.executable, "-m", *arguments]
