from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.types.plain_values import plain_values
from streams.table.group_codec import GroupCodec
from streams.table.state_codec import encoded
from tests.unit.streams.table.test_state_codec import FINGERPRINT, batch_of, damaged, known, schemas, states_of


def lists(states: pa.RecordBatch) -> list[list[object]]:
    """The columns of states."""
    return [plain_values(column) for column in states.columns[2:]]


@given(st.data(), schemas())
def test_values_have_the_bytes_that_arrays_give(data: st.DataObject, schema: pa.Schema) -> None:
    states = data.draw(states_of(schema))
    versions = states.column(1).to_pylist()
    assert GroupCodec(schema, FINGERPRINT).packed(versions, lists(states)) == encoded(states, FINGERPRINT).to_pylist()


@given(st.data(), schemas())
def test_states_come_back(data: st.DataObject, schema: pa.Schema) -> None:
    states = data.draw(states_of(schema))
    found = map(GroupCodec(schema, FINGERPRINT).unpacked, encoded(states, FINGERPRINT).to_pylist())
    columns = [[*each] for each in zip(*lists(states), strict=True)] if schema.names[2:] else [[]] * len(states)
    assert list(found) == list(zip(states.column(1).to_pylist(), columns, strict=True))


@given(st.data(), schemas(), st.binary(max_size=80))
def test_what_arrays_find_damaged_is_damaged(data: st.DataObject, schema: pa.Schema, rest: bytes) -> None:
    states = data.draw(states_of(schema).filter(len))
    good = encoded(states, FINGERPRINT)[0].as_py()
    bent = st.integers(8, len(good) - 1).map(lambda place: good[:place] + b"\xff" + good[place + 1 :])
    value: bytes = data.draw(bent | damaged(good).map(lambda found: found or b"") | st.just(FINGERPRINT + rest))
    codec = GroupCodec(schema, FINGERPRINT)
    try:
        version, columns = codec.unpacked(value)
    except ValueError:
        # Arrays cut what a day or flag cannot hold; it is damaged all the same.
        return
    found = known(pa.array([value], pa.binary()), schema)
    assert (found.column(1).to_pylist(), lists(found)) == ([version], [[column] for column in columns])


def test_values_of_another_declaration_are_refused() -> None:
    schema = pa.schema([("group", pa.string()), ("version", pa.int64())])
    [value] = encoded(batch_of(schema, [["x", 1]]), bytes(8)).to_pylist()
    with pytest.raises(ValueError, match="another declaration"):
        GroupCodec(schema, FINGERPRINT).unpacked(value)


def test_a_number_beyond_its_column_is_never_cut() -> None:
    schema = pa.schema([("group", pa.string()), ("version", pa.int64()), ("n", pa.int64())])
    with pytest.raises(OverflowError):
        GroupCodec(schema, FINGERPRINT).packed([1], [[2**64]])
