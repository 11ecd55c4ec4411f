"""Waiting for a server that is away: longer after each attempt, and one line of the log for each."""

from __future__ import annotations

import asyncio
import logging

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
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


class SharedBackoff:
    """One series of attempts of many tasks: who fails while another waits, waits with it and says nothing."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._steps = Backoff(log)
        self._step: asyncio.Task[None] | None = None

    async def wait(self, what: str, error: object) -> None:
        """Wait before the next attempt; say why if nobody has for this step."""
        if self._step is None or self._step.done():
            self._step = asyncio.create_task(self._steps.wait(what, error))
        # Another task may wait for it too, so it outlives this one's cancellation.
        await asyncio.shield(self._step)

    def succeeded(self) -> None:
        """Start over: the next failure is another outage."""
        self._steps = Backoff(self._log)
