from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from streams.columns.byte_column import byte_column
from streams.kafka.micro_batch import BYTES_OF_RECORD, RECORDS_OF_STATEMENT, MicroBatch
from streams.transactions import partition_queues
from tests.conditions import until
from tests.unit.streams.transactions.queue_setting import Setting, acked, batch, marks


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
    setting.put(batch(1, 0))
    await setting.runs(1)
    setting.left[0] = RECORDS_OF_STATEMENT
    setting.put(batch(0, 0))
    await asyncio.sleep(0)
    assert len(setting.postgres.runs) == 1
    setting.put(batch(0, 2))
    assert (await setting.runs(2))[1] == [(0, 0, 4)]


async def test_the_first_run_waits_for_less(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition_queues, "WORTH_BEGINNING", 4)
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


async def test_the_fetcher_is_woken_only_if_something_was_not_wanted_before(setting: Setting) -> None:
    setting.postgres.gate.set()
    await acked(setting.put(batch(0, 0)))
    assert setting.wakings == []
    setting.put(batch(0, 2))
    setting.put(batch(0, 4, 6))
    assert setting.queues.eagerness(0) is None

    async def is_woken() -> bool:
        return bool(setting.wakings)

    await until(is_woken, "the fetcher is woken")
    assert setting.queues.eagerness(0) is not None


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
