from __future__ import annotations

import pytest
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st

from models.kafka_format.codecs import Codec
from producers.kafka.record_batch import RecordBatch, encoded_headers

HEADERS = {"load": b"0190", "file": "Müller.csv".encode()}
RECORDS = st.lists(
    st.tuples(
        st.binary(max_size=3), st.one_of(st.none(), st.binary(max_size=200)), st.sampled_from([0, 1, 63, 64, 2**63 - 1])
    ),
    min_size=1,
    max_size=200,
)


def read_by_aiokafka(batch: RecordBatch) -> list[object]:
    records = MemoryRecords(b"".join(batch.parts()))
    [only] = iter(records.next_batch, None)
    assert only.validate_crc()
    return [(record.offset, record.timestamp, record.key, record.value, record.headers) for record in only]


@given(RECORDS)
def test_aiokafka_reads_what_was_added(records: list[tuple[bytes, bytes | None, int]]) -> None:
    batch = RecordBatch(1_700_000_000_123, encoded_headers(HEADERS, "line"), 1 << 20)
    assert all(batch.append(*record) for record in records)
    assert read_by_aiokafka(batch) == [
        (offset, 1_700_000_000_123, key, value, [*HEADERS.items(), ("line", b"%d" % line)])
        for offset, (key, value, line) in enumerate(records)
    ]
    assert (batch.record_count(), batch.size()) == (len(records), len(b"".join(batch.parts())))


@given(RECORDS, st.integers(61, 2000))
def test_a_batch_ends_with_its_size(records: list[tuple[bytes, bytes | None, int]], most: int) -> None:
    batch = RecordBatch(1, encoded_headers(HEADERS, "line"), most)
    added = [batch.append(*record) for record in records]
    kept = added.index(False) if False in added else len(added)
    assert batch.record_count() >= max(1, kept)
    assert batch.size() <= most or batch.record_count() == 1


def test_the_producer_is_named_in_the_batch() -> None:
    batch = RecordBatch(1, encoded_headers({}, "line"), 1000)
    batch.append(b"7", b"{}", 1)
    batch._set_producer_state(9, 2, 30)  # noqa: SLF001  # what aiokafka's sender calls
    read = MemoryRecords(b"".join(batch.parts())).next_batch()
    assert (read.producer_id, read.producer_epoch, read.base_sequence) == (9, 2, 30)


@given(st.lists(st.sampled_from([1, 2, 100, 1000]), min_size=1, max_size=8))
def test_records_come_in_the_order_in_which_they_were_added_one_by_one_and_many_at_once(counts: list[int]) -> None:
    headers = encoded_headers({}, "line")
    batch, one_by_one = RecordBatch(1, headers, 1 << 20), RecordBatch(1, headers, 1 << 20)
    empty = batch.size()
    for number, count in enumerate(counts):
        added = RecordBatch(1, headers, 1 << 20)
        for line in range(one_by_one.record_count()):
            added.append(b"", None, line)
        begins = added.size() - empty
        for line in range(count):
            added.append(b"7", b"x" * 20, line)
            one_by_one.append(b"7", b"x" * 20, line)
        if number % 3:
            batch.extend(b"".join(added.parts()[1:])[begins:], count)
        else:
            assert all(batch.append(b"7", b"x" * 20, line) for line in range(count))
    assert batch.size() == one_by_one.size()
    assert b"".join(batch.parts()) == b"".join(one_by_one.parts())
    assert len(batch.parts()) <= 2 * len(counts)


@pytest.mark.parametrize("codec", list(Codec))
def test_a_compressed_batch_holds_the_same_records(codec: Codec) -> None:
    compressed, plain = (
        RecordBatch(1, encoded_headers(HEADERS, "line"), 1 << 20, each) for each in (codec, Codec.NONE)
    )
    for batch in (compressed, plain):
        assert all(batch.append(b"7", b'{"experiment_id":7}', line) for line in range(500))
    found, expected = (MemoryRecords(b"".join(batch.parts())).next_batch() for batch in (compressed, plain))
    assert found.compression_type == codec.number
    assert found.validate_crc()
    assert [(each.key, each.value, each.headers) for each in found] == [
        (each.key, each.value, each.headers) for each in expected
    ]


def test_a_batch_that_compression_makes_longer_is_left_as_it_is() -> None:
    batch = RecordBatch(1, encoded_headers({}, "line"), 1 << 20, Codec.GZIP)
    batch.append(b"7", b"x", 1)
    assert MemoryRecords(b"".join(batch.parts())).next_batch().compression_type == 0
