from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from faust.types import TP

from streams.kafka.batch_consumer import BatchConsumer
from streams.offsets.start_offsets import StartOffset

PLACE = TP("experiments", 1)


class Thread:
    """Stands for the thread that fetches."""

    def __init__(self) -> None:
        self.sought: list[dict[TP, int]] = []

    async def seek_inputs(self, partitions: dict[TP, int], epoch: int) -> None:
        del epoch
        self.sought.append(partitions)


class Consumer(BatchConsumer):
    """Without Faust around it; a rebalance may begin while it asks where to read on."""

    def __init__(self, *, rebalanced: bool) -> None:
        self._thread: Any = Thread()
        self._epoch = 0
        self._sought_generation = 1

        async def starting_points(_: set[TP]) -> dict[TP, StartOffset]:
            if rebalanced:
                self.app.consumer_generation_id = 3
            return {PLACE: StartOffset(UUID(int=1), 7)}

        self.app: Any = SimpleNamespace(consumer_generation_id=2, starting_points=starting_points)

    def assignment(self) -> set[TP]:
        return {PLACE}


async def test_a_seek_goes_to_where_postgres_says() -> None:
    consumer = Consumer(rebalanced=False)
    assert await consumer.seek_to_committed() == {PLACE: 7}
    assert consumer._thread.sought == [{PLACE: 7}]  # noqa: SLF001  # the stand-in
    assert consumer._sought_generation == 2  # noqa: SLF001  # what fetches are measured by


async def test_a_seek_that_another_rebalance_overtook_does_nothing() -> None:
    consumer = Consumer(rebalanced=True)
    assert await consumer.seek_to_committed() == {}
    assert consumer._thread.sought == []  # noqa: SLF001  # the stand-in
    assert consumer._sought_generation == 1  # noqa: SLF001  # what fetches are measured by
