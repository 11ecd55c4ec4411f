"""An engine's process with all that it started."""

from __future__ import annotations

import signal
import time
from contextlib import suppress

import psutil

from bench.errors import MeasurementError
from bench.process import MB, Measured

LOOK_SECONDS = 0.25
LAST_CHARACTERS = 2000


class ProcessTree(Measured):
    """Watched for the resident memory of the process and its descendants together; it can be killed as a whole."""

    _next_look = 0.0

    def sample(self) -> None:
        """Look at the sum of their resident memory, once in a while: looking for descendants reads all of /proc."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_SECONDS
        resident = 0.0
        for process in self._all():
            with suppress(psutil.Error):
                resident += process.memory_info().rss / MB
        self.peak_mb = max(self.peak_mb, resident)

    def kill(self) -> None:
        """Send SIGKILL to all of them at once."""
        for process in self._all():
            with suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
        self._process.wait()

    def failure(self) -> MeasurementError:
        """What to raise: what it said last, without a class path of a hundred jars before it."""
        why = "it was not done in time" if self.running() else "it ended"
        return MeasurementError(f"{self.last_words()}\n{why}")

    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """The end of what it said."""
        return self.output()[-LAST_CHARACTERS:]

    def _all(self) -> list[psutil.Process]:
        try:
            return [self._watched, *self._watched.children(recursive=True)]
        except psutil.Error:
            return []
