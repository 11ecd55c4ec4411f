"""Waiting for conditions with a limit, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

PAUSE = 0.05


async def until(condition: Callable[[], Awaitable[bool]], what: str, limit: float = 60.0) -> None:
    """Return once the condition holds; fail when it does not within the limit (seconds)."""
    end = time.monotonic() + limit
    while not await condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit} s: {what}")
        await asyncio.sleep(PAUSE)
