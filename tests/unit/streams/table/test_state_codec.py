from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.table import state_codec
from streams.table.state_codec import decoded, encoded

FINGERPRINT = b"\x01\x02\x03\x04\x05\x06\x07\x08"
WHOLE = st.integers(0, 300) | st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(max_size=5) | st.just("é" * 300)
SINGLE: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.int64(): WHOLE,
    pa.decimal128(38, 3): (WHOLE | st.integers(-(10**38) + 1, 10**38 - 1)).map(lambda n: scaled(n, 3)),
    pa.decimal256(75, 10): (WHOLE | st.integers(-(10**75) + 1, 10**75 - 1)).map(lambda n: scaled(n, 10)),
    pa.string(): TEXT,
    pa.bool_(): st.booleans(),
    pa.date32(): st.dates(),
    pa.timestamp("us", "UTC"): st.datetimes(timezones=st.just(UTC)),
}
"""Values of each type that a column of a state may have."""
EMPTY: dict[pa.DataType, Any] = {pa.int64(): 0, pa.decimal128(38, 3): Decimal(0), pa.decimal256(75, 10): Decimal(0)}
"""What an unknown group has; for other types NULL, and an empty list for lists."""


def scaled(number: int, places: int) -> Decimal:
    return Decimal((int(number < 0), tuple(map(int, str(abs(number)))), -places))


@st.composite
def schemas(draw: st.DrawFn) -> pa.Schema:
    """Of states, whose group's column may be called as the version."""
    single = st.sampled_from(list(SINGLE))
    kinds = draw(st.lists(single | single.map(pa.list_), max_size=5))
    group = draw(st.sampled_from(["user_id", "version"]))
    return pa.schema(
        [(group, pa.string()), ("version", pa.int64()), *((str(place), kind) for place, kind in enumerate(kinds))]
    )


def values_of(kind: pa.DataType) -> st.SearchStrategy[Any]:
    if pa.types.is_list(kind):
        return st.none() | st.lists(SINGLE[kind.value_type], max_size=5)
    return st.none() | SINGLE[kind]


def states_of(schema: pa.Schema) -> st.SearchStrategy[pa.RecordBatch]:
    columns = [st.just("x"), st.integers(1, 2**63 - 1), *(values_of(field.type) for field in list(schema)[2:])]
    return st.lists(st.tuples(*columns), max_size=6).map(lambda rows: batch_of(schema, rows))


def batch_of(schema: pa.Schema, rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def unknown(schema: pa.Schema, count: int) -> pa.RecordBatch:
    row: list[Any] = [
        "x",
        0,
        *([] if pa.types.is_list(each.type) else EMPTY.get(each.type) for each in list(schema)[2:]),
    ]
    return batch_of(schema, [row] * count)


def known(values: pa.BinaryArray, schema: pa.Schema, fingerprint: bytes = FINGERPRINT) -> pa.RecordBatch:
    return decoded(values, unknown(schema, len(values)), fingerprint)


@given(st.data(), schemas())
def test_states_come_back(data: st.DataObject, schema: pa.Schema) -> None:
    states = data.draw(states_of(schema))
    values = encoded(states, FINGERPRINT)
    assert values.null_count == 0
    found = known(values, schema)
    found.validate(full=True)
    assert found.equals(states)


@given(st.data(), schemas())
def test_a_group_has_the_same_value_whatever_the_others_are(data: st.DataObject, schema: pa.Schema) -> None:
    states = data.draw(states_of(schema))
    each = [encoded(states.slice(place, 1), FINGERPRINT)[0] for place in range(len(states))]
    assert encoded(states, FINGERPRINT).to_pylist() == [value.as_py() for value in each]


@given(st.data(), schemas())
def test_damaged_values_are_unknown_and_the_others_known(data: st.DataObject, schema: pa.Schema) -> None:
    states = data.draw(states_of(schema))
    values = encoded(states, FINGERPRINT).to_pylist()
    expected = states.to_pylist() if schema.names.count("version") == 1 else None
    for place in range(len(values)):
        if data.draw(st.booleans()):
            values[place] = data.draw(damaged(values[place]))
            if expected is not None:
                expected[place] = unknown(schema, 1).to_pylist()[0]
    found = known(pa.array(values, pa.binary()), schema)
    found.validate(full=True)
    assert expected is None or found.equals(pa.RecordBatch.from_pylist(expected, schema))


def damaged(value: bytes) -> st.SearchStrategy[bytes | None]:
    """Values that cannot be read."""
    cut = st.integers(1, len(value)).map(lambda size: value[:-size])
    return st.none() | cut | st.binary(max_size=60) | st.binary(min_size=1, max_size=9).map(lambda more: value + more)


@given(st.data(), schemas(), st.binary(max_size=80))
def test_whatever_follows_the_fingerprint_the_batch_is_sound(
    data: st.DataObject, schema: pa.Schema, rest: bytes
) -> None:
    """Damage within a value may go unnoticed, but nothing breaks."""
    good = encoded(data.draw(states_of(schema)), FINGERPRINT).to_pylist()
    changed = [value[:place] + b"\xff" + value[place + 1 :] for value in good for place in [len(value) * 2 // 3]]
    known(pa.array([FINGERPRINT + rest, *changed, *good], pa.binary()), schema).validate(full=True)


@given(st.data(), schemas())
def test_values_of_another_declaration_are_unknown(data: st.DataObject, schema: pa.Schema) -> None:
    states = data.draw(states_of(schema))
    assert known(encoded(states, FINGERPRINT), schema, bytes(8)).equals(unknown(schema, len(states)))


def test_texts_that_are_not_utf8_are_unknown_and_the_others_known() -> None:
    schema = pa.schema([("group", pa.string()), ("version", pa.int64()), ("names", pa.list_(pa.string()))])
    states = batch_of(schema, [["x", version, ["ab", "cd"]] for version in range(1, 6)])
    values = encoded(states, FINGERPRINT).to_pylist()
    values[1] = values[1].replace(b"cd", b"\xff\xff")
    values[4] = values[4].replace(b"abcd", b"abc")
    found = known(pa.array(values, pa.binary()), schema)
    assert found["version"].to_pylist() == [1, 0, 3, 4, 0]
    assert found["names"].to_pylist() == [["ab", "cd"], [], ["ab", "cd"], ["ab", "cd"], []]


def test_nothing_is_kept_of_groups_without_version_or_with_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = pa.schema([("group", pa.int64()), ("version", pa.int64()), ("name", pa.string())])
    states = batch_of(schema, [[1, 1, "x"], [2, 0, "x"], [3, 1, "x" * 60]])
    assert [value is None for value in encoded(states, FINGERPRINT).to_pylist()] == [False, True, False]
    monkeypatch.setattr(state_codec, "MAX_VALUE_BYTES", 60)
    assert [value is None for value in encoded(states, FINGERPRINT).to_pylist()] == [False, True, True]


def test_numbers_take_as_few_bytes_as_the_groups_greatest() -> None:
    schema = pa.schema(
        [("g", pa.int64()), ("version", pa.int64()), ("ids", pa.list_(pa.int64())), ("sum", pa.decimal256(60, 2))]
    )
    rows: list[list[Any]] = [
        [[], None], [[255, 0], Decimal(1)], [[255, 256], Decimal(1)], [[1 << 16], Decimal(1)], [[-1], Decimal(1)],
        [[], Decimal(10**30)], [[], Decimal("-0.01")],
    ]  # fmt: skip
    sizes = [len(value.as_py()) for value in encoded(batch_of(schema, [[1, 1, *row] for row in rows]), FINGERPRINT)]
    assert [size - sizes[0] for size in sizes] == [0, 2 + 1, 4 + 1, 4 + 1, 8 + 1, 32, 8]


def test_days_and_moments_of_the_ends_of_time() -> None:
    schema = pa.schema(
        [("g", pa.int64()), ("version", pa.int64()), ("d", pa.date32()), ("t", pa.timestamp("us", "UTC"))]
    )
    ends = [(date.min, datetime.min.replace(tzinfo=UTC)), (date.max, datetime.max.replace(tzinfo=UTC))]
    states = batch_of(schema, [[1, 1, *end] for end in ends])
    assert known_like(states).equals(states)


def known_like(states: pa.RecordBatch) -> pa.RecordBatch:
    rows = [[group, 0, None, None] for group in states["g"].to_pylist()]
    return decoded(encoded(states, FINGERPRINT), batch_of(states.schema, rows), FINGERPRINT)
