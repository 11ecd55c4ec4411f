"""Leave for what matters less: one batch at a time, and a rest after each that took long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SHORT_SECONDS = 0.1
"""What takes less needs no rest."""


class Turns:
    """Gives batches their turn.

    Millions of rejected rows must not hold up the good ones: they get one lane of a worker, and that half of the time.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for the turn; when it is over, the next one waits as long as it took."""
        async with self._lock:
            started = time.monotonic()
            yield
            took = time.monotonic() - started
            if took > SHORT_SECONDS:
                await asyncio.sleep(took)
