from __future__ import annotations

from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st

from producers.record_batches import RecordBatch, encoded_headers

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
