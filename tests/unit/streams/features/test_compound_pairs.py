from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.features.compound_pairs import numbered


@given(st.lists(st.integers(1, 5) | st.just(2**63 - 1)), st.sampled_from([2, 20, 63]))
def test_numbers_in_place_of_ids_are_in_their_order_and_lead_back(ids: Sequence[int], bits: int) -> None:
    numbers, by_number = numbered(np.array(ids, np.int64), bits)
    back = numbers if by_number is None else by_number[numbers]
    assert back.tolist() == ids
    assert all(number < len(ids) or number < 1 << bits for number in numbers.tolist())
    assert np.array_equal(np.argsort(numbers, kind="stable"), np.argsort(np.array(ids, np.int64), kind="stable"))
