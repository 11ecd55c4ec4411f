"""How many rows a second this worker has applied over the last minutes."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

STEP = 2.0
"""Seconds between two looks."""

STEPS = 150
"""Steps that are kept: five minutes."""

RECENT = 5
"""Steps whose mean is the rate now: a batch may hold the rows of several seconds."""


@dataclass(frozen=True)
class Look:
    """What was counted at a time."""

    at: float
    """Seconds of a clock that is never set."""
    rows: float


class Throughput:
    """Looks at a counter from time to time, so that counting costs the batches nothing."""

    def __init__(self, count: Callable[[], float]) -> None:
        """Take what returns how many rows were applied since the start."""
        self._count = count
        self._looks: deque[Look] = deque(maxlen=STEPS + 1)

    async def run(self) -> None:
        """Take a sample every few seconds until cancelled."""
        while True:
            self.look(time.monotonic())
            await asyncio.sleep(STEP)

    def look(self, at: float) -> None:
        """Take note of the counter.

        Args:
            at: the time, in seconds of a clock that is never set.
        """
        self._looks.append(Look(at, self._count()))

    def rates(self) -> list[float]:
        """Rows a second of each step, the oldest first."""
        looks = list(self._looks)
        return [_rate(before, after) for before, after in pairwise(looks)]

    def now(self) -> float:
        """Rows a second over the last steps."""
        recent = list(self._looks)[-RECENT - 1 :]
        return _rate(recent[0], recent[-1]) if len(recent) > 1 else 0.0


def _rate(before: Look, after: Look) -> float:
    return (after.rows - before.rows) / (after.at - before.at)
