"""Single flight: callers that ask the same share one query, and its answer for a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

SECONDS = 1.0
"""How long an answer is kept, in seconds."""


class SingleFlight(Generic[Key, Value]):
    """Reads once for all who ask for the same while it is read and shortly after, failures included.

    So Postgres is asked as often for a hundred viewers as for one.
    """

    def __init__(self, read: Callable[[Key], Awaitable[Value]], seconds: float = SECONDS) -> None:
        """Take what reads, and for how long what it returns is good."""
        self._read = read
        self._seconds = seconds
        self._answers: dict[Key, asyncio.Future[Value]] = {}

    async def get(self, key: Key) -> Value:
        """The answer to this question.

        Raises:
            Exception: what reading raises.
        """
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = asyncio.ensure_future(self._read(key))
            answer.add_done_callback(lambda _: self._keep(key))
        # Who asked first may go away; the others still wait for it.
        return await asyncio.shield(answer)

    def _keep(self, key: Key) -> None:
        asyncio.get_running_loop().call_later(self._seconds, self._answers.pop, key, None)
