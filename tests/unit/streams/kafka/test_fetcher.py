"""What one fetch brings, and what Faust's watch over the consumer sees of commits."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka.consumer.fetcher import FetchResult
from aiokafka.errors import KafkaError
from faust.types import TP

from streams.kafka import fetcher
from streams.kafka.fetcher import BatchConsumerThread, FetchedRecords

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


class Result(FetchResult):  # type: ignore[misc]  # aiokafka is not typed
    """Of a partition with so many records, all of which are taken."""

    def __init__(self, records: int) -> None:
        self.records = records

    def has_more(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("records", "taken"),
    [([3, 1, 2], 3), ([3, 5000, 2], 2), ([5000, 1, 2], 1), ([0, 1, 2], 2), ([0, 0, 0], 0)],
)
def test_few_records_of_several_partitions_come_together(
    records: list[int], taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = {TP("users", number): Result(count) for number, count in enumerate(records)}
    inputs = set(fetched)
    monkeypatch.setattr(fetcher, "is_closed", lambda _: False)
    monkeypatch.setattr(fetcher, "is_fetcher_closed", lambda _: False)
    monkeypatch.setattr(fetcher, "subscriptions_of", lambda _: SimpleNamespace(reassignment_in_progress=False))
    monkeypatch.setattr(fetcher, "fetched_of", lambda _: fetched)
    monkeypatch.setattr(fetcher, "forget", lambda _, tp: fetched.pop(tp))

    def records_of(_: TP, result: Result, __: None) -> FetchedRecords | None:
        return FetchedRecords(cast("Any", None), 0, result.records, 1) if result.records else None

    thread = SimpleNamespace(
        consumer=SimpleNamespace(flow_active=True), _most_wanted_first=sorted, _records_of=records_of
    )
    take = cast("Any", BatchConsumerThread)._take  # noqa: SLF001  # without the thread around it
    assert len(take(thread, None, inputs, None) or ()) == taken
