from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kafka_format.record_columns import NO_HEADERS, encoded_records, lengths, varints
from producers.kafka.record_batch import RecordBatch, encoded_headers
from streams.columns.binary_array import block_of
from tests.unit.streams.hand_made import varint

NUMBERS = st.integers(-70, 70) | st.integers(-(2**31), 2**31 - 1) | st.sampled_from([8191, 8192, 2**62 - 1, -(2**62)])
RECORDS = st.lists(st.tuples(st.binary(max_size=70), st.none() | st.binary(max_size=70), st.integers(0, 10**18 - 1)))


@given(st.lists(NUMBERS))
def test_numbers_have_kafkas_variable_length(numbers: list[int]) -> None:
    assert varints(np.array(numbers, np.int64)).to_pylist() == [varint(number) for number in numbers]


@pytest.mark.parametrize("kind", [np.int8, np.int32])
def test_narrow_numbers_do_not_overflow(kind: type[np.signedinteger]) -> None:
    greatest = int(np.iinfo(kind).max)
    assert varints(np.array([greatest, -greatest], kind)).to_pylist() == [varint(greatest), varint(-greatest)]


@given(RECORDS)
def test_records_are_those_that_are_made_one_by_one(records: list[tuple[bytes, bytes | None, int]]) -> None:
    headers = encoded_headers({"file": b"a.csv"}, "line")
    one_by_one = RecordBatch(1, headers, 1 << 30)
    for record in records:
        one_by_one.append(*record)
    keys, values = (pa.array([record[place] for record in records], pa.binary()) for place in (0, 1))
    lines = pa.array([b"%d" % line for *_, line in records], pa.binary())
    deltas = np.arange(len(records))
    found = encoded_records(keys, values, deltas, pa.scalar(headers), varints(lengths(lines)), lines)
    assert block_of(found).to_pybytes() == b"".join(one_by_one.parts()[1:])


def test_a_record_without_value_and_headers() -> None:
    found = encoded_records(pa.array([b"k"]), pa.array([None], pa.binary()), np.array([70]), NO_HEADERS)
    body = b"\0\0" + varint(70) + varint(1) + b"k" + varint(-1) + b"\0"
    assert found.to_pylist() == [varint(len(body)) + body]
