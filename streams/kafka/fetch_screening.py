"""What Kafka's answers to fetches hold, looked at before aiokafka does: it would end, or ask again at once for ever.

This stands between aiokafka's fetcher and its client (aiokafka 0.14).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from aiokafka.errors import CorruptRecordException, NoError
from aiokafka.protocol.fetch import FetchRequest
from faust.types import TP

from streams.kafka.record_batch_screening import Damage, screened

Note = Callable[[TP, "Damage | None"], None]
"""Takes note that a partition cannot be read on from where it was fetched, or that it can."""


class ScreeningClient:
    """aiokafka's client, whose fetches hold sound batches only."""

    def __init__(self, client: Any, note: Note, distance: Callable[[], float]) -> None:  # noqa: ANN401  # aiokafka's
        """Take the client, where to note damage, and what says how many seconds a fetch is kept from the one before.

        What arrives meanwhile comes by one: where rows trickle in, each row would have a fetch of its own, which takes
        more processor time than to store it.
        """
        self._client = client
        self._note = note
        self._distance = distance
        self._fetched = -math.inf

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the client has
        return getattr(self._client, name)

    async def send(self, node_id: int, request: Any) -> Any:  # noqa: ANN401  # aiokafka's
        """Send a request; of a fetch's answer drop what is not sound."""
        is_fetch = isinstance(request, FetchRequest)
        if is_fetch and (early := self._fetched + self._distance() - time.monotonic()) > 0:
            await asyncio.sleep(early)
        response = await self._client.send(node_id, request)
        if is_fetch:
            self._fetched = time.monotonic()
            positions = {(topic, asked[0]): asked[1] for topic, parts in request.topics for asked in parts}
            response.topics = [
                (topic, [self._screen(TP(topic, part[0]), part, positions) for part in parts])
                for topic, parts in response.topics
            ]
        return response

    def _screen(self, tp: TP, part: tuple[Any, ...], positions: Mapping[tuple[str, int], int]) -> tuple[Any, ...]:
        partition, error, end, *between, fetched = part
        position = positions[tp]
        if error == CorruptRecordException.errno:
            self._note(tp, Damage(position, "Kafka cannot read it itself: see the broker's log", end))
            return (partition, NoError.errno, end, *between, b"")
        if error != NoError.errno or not fetched:
            return part
        sound, damage = screened(fetched, position, end)
        self._note(tp, damage)
        return (partition, error, end, *between, sound)
