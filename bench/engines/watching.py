"""Sees how far an engine is, and waits until its answer is right or moves no more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.answer import Answer
from bench.database import Database
from bench.engines.engine import Engine
from bench.engines.process import ProcessTree

LOOK_SECONDS = 0.25
SETTLE_SECONDS = 1.0
QUIET_SECONDS = 60.0
"""So long without a change, and an answer is final."""


@dataclass
class Progress:
    """How many rows are visible, look by look."""

    engine: Engine
    database: Database
    rows: int = 0
    fell: int = 0
    first: tuple[float, int] | None = field(default=None)
    """When the first rows were seen, and how many."""

    def look(self) -> int:
        """Ask once."""
        found = self.database.value(self.engine.progress)
        if found < self.rows:
            self.fell += 1
        if found and self.first is None:
            self.first = (time.monotonic(), found)
        self.rows = found
        return found

    def reached(self, rows: int) -> Callable[[], bool]:
        """A condition: so many are visible."""
        return lambda: self.look() >= rows


def settled(
    process: ProcessTree,
    engine: Engine,
    database: Database,
    expected: Answer,
    limit: float,
    first: float = QUIET_SECONDS,
) -> Answer:
    """Wait until the answer is the expected one, or moves no more; return it.

    Args:
        process: the engine's.
        engine: whose answer.
        database: where it is.
        expected: by the oracle.
        limit: seconds to wait at most.
        first: seconds in which it must move at all; an engine that was just started takes a while.

    Raises:
        MeasurementError: the process ended, or the answer still moved at the limit.
    """
    found = database.answer(engine.answer)
    changed, quiet = time.monotonic(), first

    def final() -> bool:
        nonlocal found, changed, quiet
        now = database.answer(engine.answer)
        if now != found:
            found, changed, quiet = now, time.monotonic(), QUIET_SECONDS
        return found == expected or time.monotonic() - changed >= quiet

    process.wait_for(final, limit, SETTLE_SECONDS)
    return found
