from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from streams.table.values import TableValues

Pairs = list[tuple[bytes, bytes | None]]

PARTS = st.lists(st.lists(st.tuples(st.binary(max_size=5), st.none() | st.binary(max_size=5))))


def values_of(parts: list[Pairs]) -> TableValues:
    values = TableValues()
    for pairs in parts:
        values.add(*(pa.array([pair[place] for pair in pairs], pa.binary()) for place in (0, 1)))
    return values


@given(PARTS, PARTS)
def test_what_was_added_comes_back_in_order(first: list[Pairs], later: list[Pairs]) -> None:
    values, expected = values_of(first), [pair for pairs in first + later for pair in pairs]
    values.extend(values_of(later))
    assert [
        pair for part in values.parts() for pair in zip(*(each.to_pylist() for each in part), strict=True)
    ] == expected
    assert len(values) == len(expected)
