from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from streams.transactions import partition_queues
from streams.transactions.partition_queues import PartitionQueues
from tests.unit.streams.transactions.queue_setting import Postgres, Setting


@pytest.fixture
async def setting(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Setting]:
    """With a transaction for each partition, unless a test has it otherwise."""
    monkeypatch.setattr(partition_queues, "FEW_RECORDS", 0)
    postgres, errors, generation = Postgres(), list[BaseException](), [1]

    def is_current(of: int | None) -> bool:
        return of == generation[0]

    wakings: list[bool] = []
    left: dict[int, int] = {}
    opened = PartitionQueues(
        postgres.work,
        is_current,
        errors.append,
        lambda: wakings.append(True),
        lambda last: left.get(last.partition, 0),
        records_of_transaction=6,
    )
    yield Setting(opened, postgres, errors, generation, left, wakings)
    await opened.close()
