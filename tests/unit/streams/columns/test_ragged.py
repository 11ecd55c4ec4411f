from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.columns.ragged import offsets_of


@given(st.lists(st.integers(0, 5)))
def test_spans_begin_where_the_ones_before_end(lengths: Sequence[int]) -> None:
    assert offsets_of(np.array(lengths, np.int64)).tolist() == [0, *accumulate(lengths)]
