"""Throttles rejects and manifests, so that valid rows are not delayed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

REST = 4
"""A rest is so many times as long as the run before it."""
SHORT_SECONDS = 0.05
"""What takes less needs no rest; and so often a rest is looked at."""


class Throttle:
    """Gives runs their turn.

    Millions of rejected rows must not hold up the good ones: beside them they get one queue of a worker, and that a
    fifth of the time.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._at_work = 0

    @asynccontextmanager
    async def first(self) -> AsyncIterator[None]:
        """For what matters more: at once."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1

    @asynccontextmanager
    async def after_others(self) -> AsyncIterator[None]:
        """Wait for the turn; when it is over, the next one waits for as long as others are at work, up to a limit."""
        async with self._lock:
            started = time.monotonic()
            yield
            took = time.monotonic() - started
            if took > SHORT_SECONDS:
                await self._rest(REST * took)

    async def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self._at_work and time.monotonic() < end:  # noqa: ASYNC110  # it ends by time as well
            await asyncio.sleep(SHORT_SECONDS)
