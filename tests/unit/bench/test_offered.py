from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.live.offered import Offered
from bench.topics import PARTITIONS
from models.wire.definition import Definition, members_of
from producers.kafka.partitioning import PartitionOfKey
from tests.lab_kinds import EXPERIMENTS

OFFERED = Offered(rate=1000, rows=2000, first_id=7, users=50)


@given(st.integers(0, OFFERED.rows - 1))
def test_each_value_is_a_row_that_the_worker_takes(number: int) -> None:
    row = Definition(EXPERIMENTS).read(members_of(OFFERED.value(number)))
    assert (row["experiment_id"], row["user_id"]) == (7 + number, OFFERED.user(number))
    assert 1 <= row["user_id"] <= OFFERED.users


@given(st.integers(0, OFFERED.rows - 1))
def test_a_row_goes_to_the_partition_that_our_producer_would_choose(number: int) -> None:
    assert OFFERED.partition(number) == PartitionOfKey(PARTITIONS)[OFFERED.key(number)]


def test_users_are_spread_over_all_partitions() -> None:
    partitions = [OFFERED.partition(number) for number in range(OFFERED.rows)]
    assert min(partitions.count(partition) for partition in range(PARTITIONS)) > OFFERED.rows / PARTITIONS / 2


@given(st.floats(0, 1.9))
def test_a_row_is_due_from_its_scheduled_time_on(elapsed: float) -> None:
    due = OFFERED.due(elapsed)
    assert OFFERED.delay(due - 1) <= elapsed + 1e-9
    assert due == OFFERED.rows or OFFERED.delay(due) > elapsed - 1e-9


@pytest.mark.parametrize("elapsed", [1.999, 2.0, 100.0])
def test_no_more_rows_are_due_than_there_are(elapsed: float) -> None:
    assert OFFERED.due(elapsed) == OFFERED.rows
