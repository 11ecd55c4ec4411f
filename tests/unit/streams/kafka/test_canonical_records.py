from __future__ import annotations

import json
import struct
from typing import Any
from uuid import UUID

import pytest
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given, settings
from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.publication import SourceReader
from models.types.column_types import TextType
from models.wire.definition import columns_named
from models.wire.encode import json_values
from models.wire.keys import key_bytes
from streams.kafka.canonical_batches import first_canonical_batches
from streams.kafka.canonical_records import canonical_records
from streams.kafka.micro_batch import MicroBatch
from streams.rows.row_batches import RowReader
from tests.declared_tables import record_batch, row_tables, rows_of
from tests.unit.streams.kafka.fetches import (
    CODECS,
    CONTROL,
    LOAD,
    LOG_APPEND_TIME,
    PARTITION,
    ROWS,
    TRANSACTIONAL,
    OtherRecord,
    contents,
    experiments,
    one_by_one,
    other_batch,
    our_batch,
    sealed,
    value,
)

POSITION = 5000
HEADERS: list[tuple[str, bytes | None]] = [("load", LOAD.encode()), ("file", b"experiments.csv"), ("line", b"7")]
IDS = st.one_of(st.integers(1, 300), st.integers(1, 10**18 - 1))
VALUES = st.builds(
    value,
    IDS,
    st.lists(IDS, max_size=60).map(tuple),
    st.sampled_from(["0", "1.5", "12.25", "999999999999.999", "123456789", "1234567.8"]),
)
OUR_RECORDS = st.lists(
    st.tuples(st.text("0123456789", max_size=18).map(str.encode), VALUES, st.integers(0, 10**18 - 1)),
    min_size=1,
    max_size=12,
)


def answer(buffer: bytes, since: int, rows: RowReader = ROWS) -> bool:
    """Whether the records are read by columns; then they must be those that are read one by one."""
    stretch = first_canonical_batches(MemoryRecords(buffer), most=1 << 30)
    plain = stretch.decompressed(1 << 30) if stretch else None
    found = canonical_records(plain, since, PARTITION, SourceReader(), rows) if plain else None
    if stretch is None or found is None:
        return False
    batch = found.batch("experiments", UUID(int=1), since, stretch.next_offset)
    assert meant(batch) == meant(one_by_one(buffer, len(stretch.spans), since))
    assert len(found) == len(batch.offsets)
    assert stretch.next_offset == batch.offsets[-1] + 1
    return True


def meant(batch: MicroBatch) -> tuple[Any, ...]:
    """All that a batch says, and of each value its row: by columns, a row comes in our producer's form."""
    position, next_offset, offsets, values, *others = contents(batch)
    return position, next_offset, offsets, [json.loads(value) for value in values], *others


@given(st.lists(OUR_RECORDS, min_size=1, max_size=4), st.data())
def test_what_our_producer_writes_is_read_as_if_one_by_one(
    batches: list[list[tuple[bytes, bytes | None, int]]], data: st.DataObject
) -> None:
    buffer, offset = b"", POSITION
    for records in batches:
        buffer += our_batch(records, offset)
        offset += len(records)
    assert answer(buffer, data.draw(st.integers(POSITION - 2, POSITION + len(batches[0]) - 1)))


@st.composite
def declared_rows(draw: st.DrawFn) -> tuple[RowTable, list[dict[str, Any]]]:
    """Rows of any table, one of whose texts may hold anything, also what looks like the beginning of a value."""
    table = draw(row_tables())
    reader = RowReader(table)
    hostile = [reader.opening.decode(), "{", "}", '"', "\\", '\\"', '{"', "\x01", "é", "\U0001f600", "x" * 64]
    text = st.lists(st.sampled_from(hostile), min_size=1, max_size=4).map("".join)
    rows = draw(rows_of(table, min_size=1, max_size=12))
    texts = [column.name for column in table.columns if column.type == TextType()]
    return table, [row | {name: draw(text) for name in texts if draw(st.booleans())} for row in rows]


@given(declared_rows())
def test_rows_of_any_declaration_are_read_as_if_one_by_one(drawn: tuple[RowTable, list[dict[str, Any]]]) -> None:
    table, rows = drawn
    batch = record_batch(table, rows)
    values = json_values(table, batch).to_pylist()
    keys = key_bytes(columns_named(table, table.partitioned_by), batch).to_pylist()
    # What is shorter or longer has lengths of other forms.
    are_usual = all(64 <= len(value) < 7000 for value in values) and all(len(key) < 64 for key in keys)
    records = list(zip(keys, values, range(len(rows)), strict=True))
    assert answer(our_batch(records, POSITION), POSITION, RowReader(table)) >= are_usual


@pytest.mark.parametrize("count", [63, 64, 65, 1000, 7872])
def test_batches_of_many_records_are_read(count: int) -> None:
    assert answer(experiments(1, count, POSITION) + experiments(count, 70, POSITION + count), POSITION)


@pytest.mark.parametrize("file", ["", "a,b].csv", "Müller\x00.csv", "data/" + "long" * 40 + ".csv"])
def test_any_file_name_is_read(file: str) -> None:
    assert answer(experiments(1, 10, POSITION, file=file), POSITION)


def test_a_file_name_that_looks_like_a_value_has_records_read_one_by_one() -> None:
    assert not answer(experiments(1, 10, POSITION, file='{"experiment_id":'), POSITION)


def test_batches_of_still_more_records_are_read_one_by_one() -> None:
    assert not answer(experiments(1, 7873, POSITION), POSITION)


@pytest.mark.parametrize("load", ["", "no load"])
def test_a_load_that_cannot_be_read_has_records_read_one_by_one(load: str) -> None:
    assert not answer(experiments(1, 10, POSITION, load=load), POSITION)


GOOD = OtherRecord(0, b"2", value(1), HEADERS)
HEADER_SETS: list[list[tuple[str, bytes | None]]] = [
    HEADERS,
    HEADERS[::-1],
    HEADERS[:2],
    [],
    [*HEADERS, ("line", b"8")],
    [HEADERS[0], HEADERS[2], HEADERS[2]],
    [HEADERS[0], ("file", None), HEADERS[2]],
    [("load", None), *HEADERS[1:]],
    [*HEADERS[:2], ("line", None)],
    *([*HEADERS[:2], ("line", line)] for line in (b"", b"-7", b"+7", b" 7", b"007", b"7x", b"9" * 19, b"1" * 70)),
    [("load", UUID(int=77).hex.encode()), *HEADERS[1:]],
    [*HEADERS[:1], ("file", b"another.csv"), HEADERS[2]],
    [*HEADERS[:1], ("file", b'{"experiment_id":'), HEADERS[2]],
]
OTHERS = st.builds(
    OtherRecord,
    st.just(0),
    st.one_of(st.none(), st.sampled_from([b"2", b"", b"{", b"k" * 70, b'{"experiment_id":'])),
    st.one_of(
        VALUES,
        st.sampled_from([None, b"", b"{", b'{"experiment_id":1,"deleted":true}', value(1) + b"\n" + value(2)]),
        st.just(value(1) + value(2)),
        st.just(value(1).replace(b"1.5", b'"{"')),
    ),
    st.sampled_from(HEADER_SETS),
    st.sampled_from([999, 1000, 1001]),
)


@st.composite
def other_records(draw: st.DrawFn) -> list[OtherRecord]:
    """Records of our form, maybe with others among them and gaps between."""
    records = draw(st.lists(st.one_of(st.just(GOOD), OTHERS), min_size=1, max_size=6))
    gaps = draw(st.one_of(st.just([0] * len(records)), st.lists(st.integers(0, 70), min_size=6)))
    deltas = [number + sum(gaps[: number + 1]) for number in range(len(records))]
    return [
        OtherRecord(delta, each.key, each.value, each.headers, each.timestamp)
        for delta, each in zip(deltas, records, strict=True)
    ]


@settings(max_examples=300)
@given(other_records(), st.sampled_from([0, 0, 1, 2, 3, 4]), st.sampled_from([0, 0, 0, 0x08, 0x10, CONTROL]))
def test_whatever_is_read_of_other_records_is_what_reading_them_one_by_one_gives(
    records: list[OtherRecord], compression: int, attributes: int
) -> None:
    answer(other_batch(records, POSITION, compression, attributes), POSITION)


def test_records_of_another_client_in_our_form_are_read() -> None:
    assert answer(other_batch([GOOD], POSITION), POSITION)


@pytest.mark.parametrize(
    "other",
    [
        OtherRecord(1, b"2", None, HEADERS),
        OtherRecord(1, b"2", b"", HEADERS),
        OtherRecord(1, None, value(1), HEADERS),
        OtherRecord(1, b'{"experiment_id":', value(1), HEADERS),
        OtherRecord(1, b"2", value(1) + value(2), HEADERS),
        OtherRecord(1, b"2", value(1), HEADERS, timestamp=1001),
        OtherRecord(2, b"2", value(1), HEADERS),
        *(OtherRecord(1, b"2", value(1), headers) for headers in HEADER_SETS[1:]),
    ],
)
def test_one_record_of_another_form_has_all_read_one_by_one(other: OtherRecord) -> None:
    zeros_lead = other.headers[-1:] == [("line", b"007")]
    assert answer(other_batch([GOOD, other], POSITION), POSITION) == zeros_lead


@pytest.mark.parametrize("attributes", [TRANSACTIONAL, CONTROL])
def test_batches_of_transactions_are_read_one_by_one(attributes: int) -> None:
    assert not answer(other_batch([GOOD], POSITION, attributes=attributes), POSITION)


@pytest.mark.parametrize("compression", CODECS)
def test_compressed_batches_are_read(compression: int) -> None:
    records = [OtherRecord(number, b"2", value(number + 1), HEADERS) for number in range(100)]
    compressed = other_batch(records, POSITION, compression)
    assert len(compressed) < len(other_batch(records, POSITION))
    assert answer(compressed, POSITION)
    assert answer(experiments(1, 10, POSITION - 10) + compressed + experiments(1, 10, POSITION + 100), POSITION - 3)


@pytest.mark.parametrize("compression", [0, *CODECS])
def test_the_brokers_timestamp_is_that_of_all_records_of_a_batch(compression: int) -> None:
    records = [OtherRecord(number, b"2", value(number + 1), HEADERS) for number in range(100)]
    batch = bytearray(other_batch(records, POSITION, compression, LOG_APPEND_TIME))
    struct.pack_into(">q", batch, 35, 1007)
    assert answer(sealed(bytes(batch)), POSITION)


@pytest.mark.parametrize("compression", CODECS)
def test_what_does_not_decompress_is_left_to_be_reported(compression: int) -> None:
    records = [OtherRecord(number, b"2", value(number + 1), HEADERS) for number in range(50)]
    batch = bytearray(other_batch(records, POSITION, compression))
    batch[61:-1] = bytes(len(batch) - 62)
    stretch = first_canonical_batches(MemoryRecords(sealed(bytes(batch))), most=1 << 30)
    assert stretch is not None
    assert stretch.decompressed(1 << 30) is None


def test_no_more_is_decompressed_than_may_be() -> None:
    records = [OtherRecord(number, b"2", value(number + 1), HEADERS) for number in range(100)]
    batches = [other_batch(records, POSITION + 100 * number, 4) for number in range(3)]
    stretch = first_canonical_batches(MemoryRecords(b"".join(batches)), most=1 << 30)
    assert stretch is not None
    some = stretch.decompressed(most_bytes=len(other_batch(records, POSITION)) + 1)
    assert some is not None
    assert (stretch.next_offset, some.next_offset) == (POSITION + 300, POSITION + 200)


@st.composite
def hostile_batches(draw: st.DrawFn) -> bytes:
    """A batch of ours of which some bytes are others, missing or doubled, sealed as if they were not."""
    count = draw(st.sampled_from([1, 2, 3, 66]))
    batch = experiments(draw(st.sampled_from([1, 900])), count, POSITION)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(57, len(batch)))
        stop = draw(st.integers(start, min(len(batch), start + 200)))
        inserted = draw(
            st.one_of(
                st.binary(max_size=3),
                st.just(batch[start:stop] * 2),
                st.just(batch[stop : stop + 1] + batch[start:stop]),
                st.integers(0, 255).map(lambda byte: bytes([byte])),
            )
        )
        batch = batch[:start] + inserted + batch[stop:]
    batch += bytes(max(0, 62 - len(batch)))
    records = draw(st.sampled_from([count, count, count, count - 1, count + 1, 0]))
    last_delta = draw(st.sampled_from([records - 1, records - 1, records - 1, records]))
    batch = batch[:23] + struct.pack(">i", last_delta) + batch[27:57] + struct.pack(">i", records) + batch[61:]
    return sealed(batch)


@settings(max_examples=1000)
@given(hostile_batches())
def test_damaged_records_are_never_read_otherwise_than_one_by_one(batch: bytes) -> None:
    answer(batch, POSITION)


def test_every_single_byte_of_a_record_counts() -> None:
    batch = experiments(1, 3, POSITION)
    for at in range(61, len(batch)):
        for other in (0, 1, 6, 0x2C, 0x30, 0x39, 0x7B, 0x80, 0xFF, batch[at] ^ 1, batch[at] ^ 0x80):
            answer(sealed(batch[:at] + bytes([other]) + batch[at + 1 :]), POSITION)
