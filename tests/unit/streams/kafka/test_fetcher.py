"""What Faust's watch over the consumer is told, so that it does not take a long backlog for a standstill."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka.errors import KafkaError
from faust.types import TP

from streams.kafka.fetcher import BatchConsumerThread

OURS, ANOTHERS = TP("rejects", 0), TP("rejects", 1)


class Consumer:
    """Takes commits, or fails."""

    def __init__(self, error: KafkaError | None) -> None:
        self.error = error

    async def commit(self, _: Mapping[TP, int]) -> None:
        if self.error:
            raise self.error


def thread(error: KafkaError | None) -> Any:  # noqa: ANN401  # as much of one as a commit needs
    return SimpleNamespace(
        started_consumer=lambda: Consumer(error),
        assignment=lambda: {OURS},
        tp_last_committed_at={},
        log=SimpleNamespace(info=lambda *_: None),
    )


@pytest.mark.parametrize(("error", "noted"), [(None, {OURS}), (KafkaError(), set())])
async def test_the_time_of_a_commit_is_noted_for_the_partitions_that_were_committed(
    error: KafkaError | None, noted: set[TP]
) -> None:
    consumer = thread(error)
    commit = cast("Any", BatchConsumerThread).commit_here
    assert await commit(consumer, {OURS: 7, ANOTHERS: 8}) is (error is None)
    assert set(consumer.tp_last_committed_at) == noted
