from __future__ import annotations

import struct

import pytest
from aiokafka import codec
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st

from models.fault_codes import FaultCode
from models.publication import SourceReader
from streams.kafka.aiokafka_adapter import at_hand
from streams.kafka.decompression import UNPACKED_LIMIT
from streams.kafka.micro_batch import MicroBatchBuilder
from streams.kafka.record_batch_reading import add_records
from tests.unit.streams.hand_made import compressed_batch, record_of
from tests.unit.streams.kafka.fetches import experiments, sealed

RECORDS = record_of(b"{}", 0) + record_of(b"[]", 1)


def read(batch: bytes) -> MicroBatchBuilder:
    columns, records = MicroBatchBuilder(0, SourceReader()), MemoryRecords(batch)
    stored = at_hand(records)
    add_records(columns, records.next_batch(), stored, 0)
    return columns


def test_records_are_read() -> None:
    columns = read(compressed_batch(0, RECORDS, 2))
    assert (columns.offsets, columns.values, columns.unfit) == ([0, 1], [b"{}", b"[]"], {})


UNREADABLE = {
    "more records than there are": compressed_batch(0, RECORDS, 3),
    "fewer records than there are": compressed_batch(0, RECORDS, 1, last_offset_delta=1),
    "no record, but bytes": compressed_batch(0, RECORDS, 0, last_offset_delta=1),
    "a negative number of records": compressed_batch(0, RECORDS, -1, last_offset_delta=1),
    "as many records as can be said": compressed_batch(0, RECORDS, 2**31 - 1, last_offset_delta=1),
    "cut off": compressed_batch(0, RECORDS[:-3], 2),
    "no records": compressed_batch(0, b"\xff" * 50, 2),
    "offsets that stand still": compressed_batch(0, record_of(b"{}", 0) * 2, 2),
    "offsets beyond the batch": compressed_batch(0, record_of(b"{}", 0) + record_of(b"{}", 7), 2),
    "a negative offset": compressed_batch(0, record_of(b"{}", -4) + record_of(b"{}", 1), 2),
    "no such codec": compressed_batch(7, RECORDS, 2),
    "gzip that is none": compressed_batch(1, RECORDS, 2),
    "lying count in zstd": compressed_batch(4, codec.zstd_encode(RECORDS), 5),
    "a bomb": compressed_batch(4, codec.zstd_encode(record_of(bytes(UNPACKED_LIMIT))), 1, last_offset_delta=1),
}


@pytest.mark.parametrize("batch", UNREADABLE.values(), ids=UNREADABLE)
def test_a_batch_that_cannot_be_read_becomes_one_record_that_says_so(batch: bytes) -> None:
    columns = read(batch)
    assert (columns.offsets, columns.values, list(columns.files), len(columns.lines)) == ([0], [None], [None], 1)
    [(offset, unfit)] = columns.unfit.items()
    assert (offset, unfit.code) == (0, FaultCode.UNREADABLE)
    assert "cannot be read" in unfit.reason


@given(st.integers(61, 400), st.binary(min_size=1, max_size=8))
def test_any_bytes_with_a_right_checksum_are_read_or_said_to_be_unreadable(at: int, text: bytes) -> None:
    batch = experiments(1, 3, 0)
    columns = read(sealed(batch[:at] + text + batch[at + len(text) :]))
    assert len(columns) == 3 or list(columns.unfit) == [0]


def test_what_was_read_before_stays() -> None:
    columns = MicroBatchBuilder(0, SourceReader())
    for base_offset, batch in enumerate([compressed_batch(0, RECORDS, 2), UNREADABLE["cut off"]]):
        records = MemoryRecords(struct.pack(">q", 2 * base_offset) + batch[8:])
        stored = at_hand(records)
        add_records(columns, records.next_batch(), stored, 0)
    assert (columns.offsets, list(columns.unfit)) == ([0, 1, 2], [2])
