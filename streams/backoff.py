"""Waiting for a server that is away: longer after each attempt, and one line of the log for each."""

from __future__ import annotations

import asyncio
import logging

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 3.0
"""Seconds between two attempts."""


class Backoff:
    """The pauses of one series of attempts."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._pause = FIRST_PAUSE

    async def wait(self, what: str, error: object) -> None:
        """Say what failed and why, and wait before the next attempt."""
        reason = str(error) or type(error).__name__
        self._log.warning("%s (%s); trying again in %.1f s", what, reason, self._pause)
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
