from __future__ import annotations

import asyncio

import pytest

from streams.kafka.micro_batch import RECORDS_OF_STATEMENT
from streams.transactions import partition_queues
from tests.unit.streams.transactions.queue_setting import Setting, acked, batch


async def test_partitions_that_have_a_little_share_a_transaction_in_ascending_order(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_queues, "FEW_RECORDS", 5)
    events = [setting.put(batch(partition, 0)) for partition in (2, 0, 1)]
    assert await setting.runs(1) == [[(0, 0, 2), (2, 0, 2)]]
    setting.postgres.gate.set()
    assert (await setting.runs(2))[1] == [(1, 0, 2)]
    await acked(*events)


async def test_small_transactions_take_turns_and_a_large_one_begins_beside_them(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_queues, "FEW_RECORDS", 3)
    for partition, records in ((0, 2), (1, 2), (2, 6)):
        setting.put(batch(partition, 0, records))
    assert await setting.runs(2) == [[(0, 0, 2)], [(2, 0, 6)]]
    setting.postgres.gate.set()
    assert (await setting.runs(3))[2] == [(1, 0, 2)]


async def test_a_partition_at_work_in_a_shared_transaction_waits_for_its_end(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_queues, "FEW_RECORDS", 4)
    for partition in (0, 1):
        setting.put(batch(partition, 0))
    await setting.runs(1)
    for partition in (0, 1):
        setting.put(batch(partition, 2))
    setting.put(batch(2, 0, 6))
    assert (await setting.runs(2))[1] == [(2, 0, 6)]
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
