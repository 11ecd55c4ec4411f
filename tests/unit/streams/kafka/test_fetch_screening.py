from __future__ import annotations

import time
from typing import Any

from aiokafka.protocol.fetch import FetchRequest
from faust.types import TP

from streams.kafka.fetch_screening import ScreeningClient
from streams.kafka.record_batch_screening import Damage


class Answer:
    """A fetch's, without a partition in it."""

    topics: tuple[Any, ...] = ()


class Client:
    """Answers at once, and remembers when it was asked."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def send(self, node_id: int, request: object) -> Answer:
        del node_id, request
        self.asked.append(time.monotonic())
        return Answer()


def _note(tp: TP, damage: Damage | None) -> None:
    raise AssertionError(f"{tp}: {damage}")


def fetch() -> FetchRequest:
    return FetchRequest(1, 1, 1, 1, [])


async def test_a_fetch_keeps_its_distance_from_the_one_before() -> None:
    client = Client()
    screening = ScreeningClient(client, _note, lambda: 0.05)
    await screening.send(0, fetch())
    await screening.send(0, fetch())
    first, second = client.asked
    assert second - first >= 0.05


async def test_the_first_fetch_and_other_requests_are_sent_at_once() -> None:
    client = Client()
    screening = ScreeningClient(client, _note, lambda: 3600.0)
    for request in (fetch(), object(), object()):
        await screening.send(0, request)
    assert len(client.asked) == 3
