from __future__ import annotations

import time

import pyarrow as pa
import pytest
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st

from streams.table.changelog_writer import ChangelogBatch, changelog_batches

KEYS = st.integers(1, 10**6).map(lambda number: b"%d" % number) | st.binary(max_size=70)
VALUES = st.none() | st.binary(max_size=3) | st.integers(55, 70).map(bytes) | st.just(bytes(9000))
PAIRS = st.lists(st.tuples(KEYS, VALUES), max_size=80)
Pairs = list[tuple[bytes, bytes | None]]


def batches_of(pairs: Pairs, most_bytes: int) -> list[ChangelogBatch]:
    keys, values = (pa.array([pair[place] for pair in pairs], pa.binary()) for place in (0, 1))
    return list(changelog_batches(keys, values, most_bytes))


def read(batch: ChangelogBatch) -> list[tuple[bytes, bytes | None]]:
    """The records as Kafka's clients read them."""
    built = batch._build()  # noqa: SLF001  # as aiokafka's sender calls it
    assert len(built) == batch.size()
    records = MemoryRecords(built)
    found = records.next_batch()
    assert found is not None
    assert records.next_batch() is None
    assert found.validate_crc()
    each = list(found)
    assert [record.offset for record in each] == list(range(batch.record_count()))
    assert all(record.headers == [] and abs(record.timestamp - time.time() * 1000) < 60_000 for record in each)
    return [(record.key, record.value) for record in each]


@given(PAIRS, st.sampled_from([1, 300, 20_000, 1_000_000]), st.sampled_from([0, 64]))
def test_clients_read_each_key_and_value_in_order(pairs: Pairs, most_bytes: int, few: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.table.changelog_writer._FEW", few)
        batches = batches_of(pairs, most_bytes)
    assert [record for batch in batches for record in read(batch)] == pairs
    assert all(batch.size() <= most_bytes or batch.record_count() == 1 for batch in batches)


@pytest.mark.parametrize("count", [63, 64, 65, 8191, 8192, 8193, 30_000])
def test_offsets_within_a_batch_take_as_many_bytes_as_they_need(count: int) -> None:
    pairs: Pairs = [(b"%d" % number, b"x") for number in range(count)]
    [batch] = batches_of(pairs, 2_000_000)
    assert read(batch) == pairs


def test_the_largest_value_of_the_table_goes_alone_in_a_batch() -> None:
    value = bytes(900 * 1024)
    pairs: Pairs = [(b"1", b""), (b"2", value), (b"3", None)]
    assert [read(batch) for batch in batches_of(pairs, 950 * 1024)] == [pairs]
    assert [len(read(batch)) for batch in batches_of(pairs, 900 * 1024)] == [1, 1, 1]


def test_a_batch_is_full_and_takes_the_producers_state() -> None:
    [batch] = batches_of([(b"1", b"x")], 1000)
    batch._set_producer_state(5, 1, 7)  # noqa: SLF001  # as aiokafka's sender calls it
    batch.close()
    assert batch.closed()
    found = MemoryRecords(batch._build()).next_batch()  # noqa: SLF001
    assert found is not None
    assert (found.producer_id, found.producer_epoch, found.base_sequence) == (5, 1, 7)
