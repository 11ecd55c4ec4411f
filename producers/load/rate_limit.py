"""Reading no faster than asked for."""

from __future__ import annotations

import asyncio
import time

_TURNS_A_SECOND = 10


class RateLimit:
    """Limits how many rows a load reads in a second; without a rate it never waits."""

    def __init__(self, rate: float | None) -> None:
        """Take the rows a second at most."""
        self._rate = rate
        self._started = time.monotonic()
        self._rows_before = 0
        self._rows = 0

    @property
    def is_limited(self) -> bool:
        """Whether a rate was given."""
        return self._rate is not None

    def rows_at_once(self, most: int) -> int:
        """How many rows may be read between two waits, so that they come evenly."""
        return most if self._rate is None else max(1, min(most, int(self._rate / _TURNS_A_SECOND)))

    def next_file(self) -> None:
        """From here on, rows are counted from 0 again."""
        self._rows_before += self._rows
        self._rows = 0

    async def wait(self, rows: int) -> None:
        """Wait until the rate allows that this many rows of the file were read."""
        if self._rate is None:
            return
        self._rows = rows
        due = self._started + (self._rows_before + rows) / self._rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
