"""The bins of a histogram."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.queries.bins import BINS, lower_ends

NUMBERS = st.decimals(min_value=-(10**20), max_value=10**20, allow_nan=False, places=4)


@pytest.mark.parametrize(
    ("low", "high", "is_whole", "expected"),
    [
        ("1", "5", True, ["1", "2", "3", "4", "5"]),
        ("1", "5", False, ["1.0", "1.5", "2.0", "2.5", "3.0", "3.5", "4.0", "4.5", "5.0"]),
        ("3", "3", True, ["3"]),
        ("0.25", "0.25", False, ["0"]),
        (
            "-7",
            "140",
            True,
            ["-10", "0", "10", "20", "30", "40", "50", "60", "70", "80", "90", "100", "110", "120", "130", "140"],
        ),
    ],
)
def test_bins_begin_at_round_numbers(low: str, high: str, is_whole: bool, expected: list[str]) -> None:  # noqa: FBT001  # a parameter of the test
    found = lower_ends(Decimal(low), Decimal(high), is_whole=is_whole)
    assert found == [Decimal(each) for each in expected]


@given(NUMBERS, NUMBERS, st.booleans())
def test_few_bins_of_one_width_hold_all(one: Decimal, other: Decimal, is_whole: bool) -> None:  # noqa: FBT001  # drawn
    low, high = sorted([one, other])
    ends = lower_ends(low, high, is_whole=is_whole)
    assert 1 <= len(ends) <= BINS
    widths = {after - before for before, after in pairwise(ends)} or {Decimal(1)}
    assert len(widths) == 1
    assert ends[0] <= low
    assert ends[-1] <= high < ends[-1] + widths.pop()
