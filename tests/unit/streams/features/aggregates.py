"""Aggregates of some users, by their definition."""

from __future__ import annotations

from hypothesis import strategies as st

from streams.features.aggregate import Aggregate

ByUser = dict[int, Aggregate]

USERS = st.integers(1, 9) | st.sampled_from([2**40, 2**63 - 1])
COMPOUNDS = st.integers(1, 4) | st.sampled_from([255, 256, 2**16 - 1, 2**16, 2**32 - 1, 2**32, 2**40, 2**63 - 1])
COUNTS = st.integers(1, 3) | st.sampled_from([255, 256, 2**16 - 1, 2**16, 2**32 - 1, 2**32, 2**60])
SUMS = st.integers(0, 10**15) | st.sampled_from([2**62, 2**63 - 1])
CHANGES = COUNTS | COUNTS.map(lambda count: -count)


def of_users(values: st.SearchStrategy[Aggregate]) -> st.SearchStrategy[ByUser]:
    return st.dictionaries(USERS, values, max_size=6)


STORED = st.builds(
    Aggregate,
    experiments=st.integers(1, 3) | st.just(2**40),
    thousandths=SUMS,
    compounds=st.dictionaries(COMPOUNDS, COUNTS, max_size=6),
    version=st.sampled_from([1, 2, 2**62]),
)
"""As the table holds them."""
DELTAS = st.builds(
    Aggregate,
    experiments=st.integers(-3, 3),
    thousandths=SUMS | SUMS.map(lambda total: -total),
    compounds=st.dictionaries(COMPOUNDS, CHANGES, max_size=6),
)
