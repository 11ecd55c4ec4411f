from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from models.publication import Source
from streams.columns.byte_column import byte_column
from streams.kafka.micro_batch import BYTES_OF_RECORD, RECORDS_OF_STATEMENT, MicroBatch, MicroBatches
from streams.transactions import partition_queues
from streams.transactions.partition_queues import PartitionQueues
from tests.conditions import until


def batch(partition: int, start: int, records: int = 2) -> MicroBatch:
    values = byte_column([b"{}"] * records)
    sources = [Source(1, UUID(int=1))] * records
    offsets = range(start, start + records)
    end = start + records
    return MicroBatch("users", partition, UUID(int=1), start, end, offsets, values, sources, offsets, [None] * records)


def marks(partition: int, start: int, count: int) -> MicroBatch:
    """Offsets without records."""
    return replace(batch(partition, start, 0), next_offset=start + count)


@dataclass
class Event:
    """A Faust event of some generation of the consumer group."""

    generation: int = 1
    acked: bool = False

    @property
    def message(self) -> Any:  # noqa: ANN401  # stands for a Faust message
        return SimpleNamespace(generation_id=self.generation)

    def ack(self) -> None:
        self.acked = True


@dataclass
class Postgres:
    """Takes runs, and holds each until it is let go."""

    runs: list[MicroBatches] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    failing: bool = False

    async def work(self, run: MicroBatches) -> None:
        if self.failing:
            raise RuntimeError("unexpected")
        self.runs.append(run)
        await self.gate.wait()


@dataclass
class Setting:
    """Lanes of at most 6 records a run, what they work on, and what they said."""

    queues: PartitionQueues
    postgres: Postgres
    errors: list[BaseException]
    generation: list[int]
    left: dict[int, int]
    """Records that Kafka has of a partition after what was put."""

    def put(self, one: MicroBatch, generation: int = 1) -> Event:
        event = Event(generation)
        self.queues.put(one, cast("Any", event))
        return event

    async def runs(self, count: int) -> list[list[tuple[int, int, int]]]:
        """Partition, first offset and end of each batch, once there are so many runs."""

        async def are_there() -> bool:
            return len(self.postgres.runs) >= count

        await until(are_there, f"{count} runs")
        return [[(one.partition, one.offsets[0], one.next_offset) for one in run] for run in self.postgres.runs]


@pytest.fixture
async def setting(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Setting]:
    """With a transaction for each partition, unless a test has it otherwise."""
    monkeypatch.setattr(partition_queues, "FEW_RECORDS", 0)
    postgres, errors, generation = Postgres(), list[BaseException](), [1]

    def is_current(of: int | None) -> bool:
        return of == generation[0]

    ignored: Callable[[], None] = lambda: None  # noqa: E731  # nobody waits for room
    left: dict[int, int] = {}
    opened = PartitionQueues(
        postgres.work,
        is_current,
        errors.append,
        ignored,
        lambda last: left.get(last.partition, 0),
        records_of_transaction=6,
    )
    yield Setting(opened, postgres, errors, generation, left)
    await opened.close()


async def acked(*events: Event) -> None:
    async def are_acked() -> bool:
        return all(event.acked for event in events)

    await until(are_acked, "all is acked")


async def test_what_arrives_while_a_run_is_at_work_becomes_the_next_run(setting: Setting) -> None:
    events = [setting.put(batch(0, 0))]
    await setting.runs(1)
    events += [setting.put(batch(0, start)) for start in (2, 4, 6, 8)]
    setting.postgres.gate.set()
    assert await setting.runs(3) == [[(0, 0, 2)], [(0, 2, 8)], [(0, 8, 10)]]
    await acked(*events)


async def test_nothing_is_acked_before_its_run_is_done(setting: Setting) -> None:
    event = setting.put(batch(0, 0))
    await setting.runs(1)
    assert not event.acked


async def test_two_partitions_are_at_work_beside_each_other_and_a_third_waits(setting: Setting) -> None:
    for partition in range(3):
        setting.put(batch(partition, 0))
    assert len(await setting.runs(2)) == 2
    setting.postgres.gate.set()
    assert [run[0][0] for run in await setting.runs(3)] == [0, 1, 2]


async def test_partitions_that_have_a_little_share_a_transaction_in_ascending_order(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_queues, "FEW_RECORDS", 5)
    events = [setting.put(batch(partition, 0)) for partition in (2, 0, 1)]
    runs = await setting.runs(2)
    assert runs == [[(0, 0, 2), (2, 0, 2)], [(1, 0, 2)]]
    setting.postgres.gate.set()
    await acked(*events)


async def test_a_partition_at_work_in_a_shared_transaction_waits_for_its_end(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_queues, "FEW_RECORDS", 4)
    for partition in (0, 1):
        setting.put(batch(partition, 0))
    await setting.runs(1)
    for partition in (0, 1, 2):
        setting.put(batch(partition, 2 * (partition < 2)))
    assert (await setting.runs(2))[1] == [(2, 0, 2)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(setting.postgres.runs) == 2
    setting.postgres.gate.set()
    assert (await setting.runs(3))[2] == [(0, 2, 4), (1, 2, 4)]


async def test_what_a_filling_lane_has_may_be_taken_by_another_one(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_queues, "FEW_RECORDS", 4)
    setting.left[0] = RECORDS_OF_STATEMENT
    events = [setting.put(batch(0, 0))]
    await asyncio.sleep(0)
    events.append(setting.put(batch(1, 0)))
    assert await setting.runs(1) == [[(0, 0, 2), (1, 0, 2)]]
    setting.left[0] = 0
    events.append(setting.put(batch(0, 2)))
    setting.postgres.gate.set()
    assert (await setting.runs(2))[1] == [(0, 2, 4)]
    await acked(*events)


async def test_a_lane_waits_for_a_long_run_while_much_is_to_come_and_another_is_at_work(setting: Setting) -> None:
    setting.left[0] = RECORDS_OF_STATEMENT
    setting.put(batch(1, 0))
    await setting.runs(1)
    for start in (0, 2, 4):
        setting.put(batch(0, start))
        await asyncio.sleep(0)
    assert (await setting.runs(2))[1] == [(0, 0, 6)]


async def test_a_lane_that_waits_for_more_begins_when_that_was_all(setting: Setting) -> None:
    setting.left[0] = RECORDS_OF_STATEMENT
    setting.put(batch(0, 0))
    await asyncio.sleep(0)
    assert not setting.postgres.runs
    setting.left[0] = 0
    setting.put(batch(0, 2))
    assert await setting.runs(1) == [[(0, 0, 4)]]


async def test_a_lane_that_waits_for_more_begins_when_its_run_is_worth_a_turn(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_queues, "WORTH_A_TRANSACTION", 4)
    setting.left[0] = RECORDS_OF_STATEMENT
    setting.put(batch(0, 0))
    await asyncio.sleep(0)
    assert not setting.postgres.runs
    setting.put(batch(0, 2))
    assert await setting.runs(1) == [[(0, 0, 4)]]


async def test_a_lane_that_waits_for_more_begins_when_it_has_all_that_a_run_may_have(setting: Setting) -> None:
    setting.left[0] = RECORDS_OF_STATEMENT
    setting.put(batch(0, 0, records=6))
    assert await setting.runs(1) == [[(0, 0, 6)]]


async def test_a_lane_does_not_wait_for_more_for_ever(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition_queues, "FILL_LIMIT", 0.05)
    setting.left[0] = RECORDS_OF_STATEMENT
    setting.put(batch(0, 0))
    assert await setting.runs(1) == [[(0, 0, 2)]]


async def test_runs_become_shorter_where_a_long_one_would_take_too_long(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_queues, "RECORDS_OF_STATEMENT", 2)
    monkeypatch.setattr(partition_queues, "LONGEST_TRANSACTION", 1e-9)
    setting.put(batch(0, 0))
    await setting.runs(1)
    for start in (2, 4):
        setting.put(batch(0, start))
    setting.postgres.gate.set()
    assert await setting.runs(3) == [[(0, 0, 2)], [(0, 2, 4)], [(0, 4, 6)]]


async def test_batches_that_take_much_memory_make_shorter_runs(setting: Setting) -> None:
    def heavy(start: int) -> MicroBatch:
        return replace(batch(0, start), values=byte_column([b"x" * 2 * BYTES_OF_RECORD] * 2))

    for start in (0, 2, 4):
        setting.put(heavy(start))
    setting.postgres.gate.set()
    assert await setting.runs(3) == [[(0, 0, 2)], [(0, 2, 4)], [(0, 4, 6)]]


async def test_batches_of_an_older_generation_are_dropped(setting: Setting) -> None:
    setting.put(batch(0, 0))
    await setting.runs(1)
    dropped = setting.put(batch(0, 2))
    setting.generation[0] = 2
    kept = setting.put(batch(0, 0), generation=2)
    setting.postgres.gate.set()
    await acked(kept)
    assert not dropped.acked
    assert await setting.runs(2) == [[(0, 0, 2)], [(0, 0, 2)]]


async def test_batches_that_do_not_follow_on_each_other_make_no_run(setting: Setting) -> None:
    setting.put(batch(0, 0))
    await setting.runs(1)
    setting.put(batch(0, 2))
    setting.put(batch(0, 0))
    setting.postgres.gate.set()
    assert await setting.runs(3) == [[(0, 0, 2)], [(0, 2, 4)], [(0, 0, 2)]]


async def test_a_fuller_lane_is_more_wanted_and_a_full_one_not_at_all(setting: Setting) -> None:
    setting.put(batch(0, 0))
    await setting.runs(1)
    assert (setting.queues.eagerness(0), setting.queues.eagerness(1)) == (0, 0)
    setting.put(batch(0, 2, 4))
    assert setting.queues.eagerness(0) == 4
    setting.put(batch(0, 6))
    assert (setting.queues.eagerness(0), setting.queues.eagerness(1)) == (None, 0)


async def test_with_enough_at_hand_nothing_is_wanted(setting: Setting) -> None:
    for partition in range(4):
        setting.put(batch(partition, 0, 5))
    await setting.runs(2)
    assert setting.queues.eagerness(7) is None
    setting.postgres.gate.set()
    await setting.runs(4)

    async def is_wanted() -> bool:
        return setting.queues.eagerness(7) == 0

    await until(is_wanted, "there is room again")


async def test_an_error_ends_the_process_and_acks_nothing(setting: Setting) -> None:
    setting.postgres.failing = True
    event = setting.put(batch(0, 0))

    async def has_ended() -> bool:
        return bool(setting.errors)

    await until(has_ended, "the process ends")
    assert not event.acked


@pytest.mark.parametrize("sizes", [[1], [3, 3], [1] * 9, [2, 7, 1, 1, 20]])
def test_assembled_batches_are_of_the_size_of_a_statement(sizes: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition_queues, "RECORDS_OF_STATEMENT", 4)
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    found = partition_queues.assembled([batch(0, start, size) for start, size in zip(starts, sizes, strict=True)])
    assert [offset for one in found for offset in one.offsets] == list(range(sum(sizes)))
    assert all(len(one.offsets) <= 4 for one in found)
    assert all(len(one.offsets) + len(other.offsets) > 4 for one, other in pairwise(found))
    assert [one.position for one in found] == [one.offsets[0] for one in found]


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ([marks(0, 5, 2)], [(5, 7, [])]),
        ([marks(0, 5, 2), marks(0, 7, 1)], [(5, 8, [])]),
        ([marks(0, 5, 2), batch(0, 7), marks(0, 9, 3)], [(5, 12, [7, 8])]),
        ([batch(0, 0, 4), marks(0, 4, 2), batch(0, 6, 3)], [(0, 6, [0, 1, 2, 3]), (6, 9, [6, 7, 8])]),
    ],
)
def test_offsets_without_records_are_passed_with_those_that_have_some(
    batches: list[MicroBatch], expected: list[tuple[int, int, list[int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_queues, "RECORDS_OF_STATEMENT", 4)
    found = partition_queues.assembled(batches)
    assert [(one.position, one.next_offset, list(one.offsets)) for one in found] == expected
