from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.table.codec import NOTHING, Encoded
from streams.table.values import TableValues

Pairs = list[tuple[int, bytes | None]]

PAIRS = st.lists(st.tuples(st.integers(1, 2**63 - 1), st.one_of(st.none(), st.binary(max_size=5))))


def values_of(pairs: Pairs) -> TableValues:
    values = TableValues()
    for user_id, value in pairs:
        size = NOTHING if value is None else len(value)
        values.add(np.array([user_id], np.int64), Encoded(value or b"", np.array([size], np.int64)))
    return values


@given(PAIRS, PAIRS)
def test_what_was_added_comes_back_in_order(
    first: list[tuple[int, bytes | None]], later: list[tuple[int, bytes | None]]
) -> None:
    values = values_of(first)
    values.extend(values_of(later))
    assert list(values) == first + later
    assert len(values) == len(first) + len(later)
