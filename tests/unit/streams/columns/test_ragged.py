from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.columns.ragged import gather_indices, offsets_of


@given(st.lists(st.integers(0, 5)))
def test_spans_begin_where_the_ones_before_end(lengths: Sequence[int]) -> None:
    assert offsets_of(np.array(lengths, np.int64)).tolist() == [0, *accumulate(lengths)]


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 100))))
def test_places_are_those_of_one_span_after_the_other(spans: Sequence[tuple[int, int]]) -> None:
    starts = np.array([start for start, _ in spans], np.int64)
    # Narrow, as lengths of lists are: their sum is not.
    lengths = np.array([length for _, length in spans], np.int8)
    assert gather_indices(starts, lengths).tolist() == [
        start + step for start, length in spans for step in range(length)
    ]
