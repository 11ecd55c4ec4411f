from __future__ import annotations

import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.wire.byte_arrays import bytes_of
from models.wire.parts import joined
from producers.files.simple_blocks import BlockRows
from producers.kafka.block_encoding import encode, greatest_sizes
from producers.kafka.block_shares import Shares
from producers.kafka.record_batch import RecordBatch, encoded_headers

HEADERS = encoded_headers({"load": b"0190", "file": "Müller \x81\x83.csv".encode()}, "line")
Record = tuple[bytes, bytes]
RECORDS = st.lists(
    st.tuples(
        st.binary(min_size=1, max_size=70),
        st.builds(bytes.__mul__, st.binary(min_size=1, max_size=70), st.sampled_from([1, 2, 130])),
    ),
    min_size=1,
    max_size=40,
)


def rows_of(records: list[Record]) -> BlockRows:
    keys, values = zip(*records, strict=True)
    return BlockRows(pa.array(keys, pa.binary()), [pa.array(values, pa.binary())], len(records))


def one_by_one(records: list[Record], first_line: int, order: list[int], before: int) -> bytes:
    batch = RecordBatch(0, HEADERS, sys.maxsize)
    for _ in range(before):
        batch.append(b"", None, 0)
    skipped = batch.size()
    for row in order:
        batch.append(*records[row], first_line + row)
    return b"".join(batch.parts())[skipped:]


@given(
    RECORDS.flatmap(lambda records: st.tuples(st.just(records), st.permutations(range(len(records))))),
    st.sampled_from([1, 8, 95, 10**6 - 20, 10**12, 2**63 - 100]),
    st.sampled_from([0, 1, 50, 63, 64, 2000, 8100]),
)
def test_the_records_are_those_that_are_made_one_by_one(
    shuffled: tuple[list[Record], list[int]], first_line: int, before: int
) -> None:
    records, order = shuffled
    rows, deltas = rows_of(records), np.arange(before, before + len(records))
    encoded = encode(rows, first_line, HEADERS, np.array(order), deltas)
    assert bytes_of(encoded)[0].to_pybytes() == one_by_one(records, first_line, order, before)
    assert all(np.asarray(pc.binary_length(encoded)) <= greatest_sizes(rows, HEADERS)[order])


def test_rows_cut_from_others_are_encoded_as_they_are_by_themselves() -> None:
    rows = rows_of([(b"1", b"one"), (b"22", b"two"), (b"333", b"three"), (b"4", b"four")])
    _, second = rows.halves()
    alone = rows_of([(b"333", b"three"), (b"4", b"four")])
    both = np.arange(2)
    assert encode(second, 7, HEADERS, both, both).equals(encode(alone, 7, HEADERS, both, both))


@pytest.mark.parametrize("partitions", [1, 4, 300])
def test_rows_of_one_partition_stand_together_in_their_order(partitions: int) -> None:
    rows = rows_of([(b"%d" % (number % 7 + 1), b"{}") for number in range(199)])
    shares = Shares.of(rows.keys, np.full(199, 10), partitions)
    places = np.split(shares.order, np.cumsum(shares.counts)[:-1])
    assert sorted(shares.order.tolist()) == list(range(199))
    assert all(np.all(np.diff(place) > 0) for place in places)
    assert (shares.counts * 10 == shares.sizes).all()
    before = np.arange(partitions)
    expected = [start + number for start, place in enumerate(places) for number in range(len(place))]
    assert shares.deltas(before).tolist() == expected
    assert list(map(len, shares.cut(pa.array([b"x"] * 199, pa.binary())))) == shares.counts.tolist()


@given(RECORDS)
def test_halves_hold_what_the_whole_held(records: list[Record]) -> None:
    rows = rows_of(records)
    first, second = rows.halves()
    for of in (lambda part: [part.keys], lambda part: part.values):
        halves = [joined(of(part), part.count) for part in (first, second) if part.count]
        assert pa.concat_arrays(halves).equals(joined(of(rows), rows.count))
    assert first.count + second.count == rows.count
