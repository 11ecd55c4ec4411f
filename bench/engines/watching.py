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
    process: ProcessTree, engine: Engine, database: Database, expected: Answer, quiet: float, limit: float
) -> Answer:
    """Wait until the answer is the expected one, or has not moved for `quiet` seconds; return it.

    Args:
        process: the engine's.
        engine: whose answer.
        database: where it is.
        expected: by the oracle.
        quiet: seconds without a change, after which the answer counts as final.
        limit: seconds to wait at most.

    Raises:
        MeasurementError: the process ended, or the answer still moved at the limit.
    """
    found = database.answer(engine.answer)
    changed = time.monotonic()

    def final() -> bool:
        nonlocal found, changed
        now = database.answer(engine.answer)
        if now != found:
            found, changed = now, time.monotonic()
        return found == expected or time.monotonic() - changed >= quiet

    process.wait_for(final, limit, SETTLE_SECONDS)
    return found
