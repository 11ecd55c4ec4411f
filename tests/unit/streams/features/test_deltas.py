from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.features.aggregate import Aggregate
from streams.features.contributions import Contributions, Signed, of_replaced
from streams.features.deltas import summed

Row = tuple[int, int, list[int]]

USERS = st.one_of(st.integers(1, 3), st.sampled_from([2**62, 2**63 - 1]))
COMPOUNDS = st.one_of(st.integers(1, 4), st.sampled_from([2**40 - 1, 2**40, 2**63 - 1]))
TIMES = st.one_of(st.integers(0, 3), st.just(10**15 - 1))
ROWS = st.lists(st.tuples(USERS, TIMES, st.lists(COMPOUNDS, max_size=3)))
"""User, thousandths, compounds."""


def contributions(rows: Sequence[Row]) -> Contributions:
    return Contributions(
        np.array([user for user, _, _ in rows], np.int64),
        np.array([time for _, time, _ in rows], np.int64),
        np.array([len(listed) for _, _, listed in rows], np.int64),
        np.array([compound for _, _, listed in rows for compound in listed], np.int64),
    )


@given(st.lists(st.tuples(st.sampled_from([1, -1]), ROWS)), st.integers(1, 3), st.sampled_from([1, 4, 50_000]))
@example([(1, [(1, 10**15 - 1, [])] * 10_000)], 1, 50_000)
def test_deltas_are_what_adding_and_retracting_row_by_row_gives(
    parts: list[tuple[int, list[Row]]], most: int, rows_at_once: int
) -> None:
    expected: dict[int, Aggregate] = {}
    for sign, rows in parts:
        for user, time, listed in rows:
            delta = expected.setdefault(user, Aggregate())
            (delta.add if sign > 0 else delta.retract)(time, listed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.features.deltas._ROWS_AT_ONCE", rows_at_once)
        found = list(summed([Signed(sign, contributions(rows)) for sign, rows in parts]).parts(most))
    users = [user for part in found for user in part.user_ids.tolist()]
    assert users == sorted(user for user, delta in expected.items() if not delta.is_zero)
    assert all(len(part) <= most for part in found)
    deltas = {user: part.user(number) for part in found for number, user in enumerate(part.user_ids.tolist())}
    assert deltas == {user: expected[user] for user in users}


@given(ROWS, st.data())
def test_chosen_contributions_keep_their_compounds(rows: list[Row], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    part = contributions(rows).at(np.array(chosen, np.bool_))
    kept = contributions([row for row, is_chosen in zip(rows, chosen, strict=True) if is_chosen])
    assert part.user_ids.tolist() == kept.user_ids.tolist()
    assert part.listed.tolist() == kept.listed.tolist()
    assert part.compound_ids.tolist() == kept.compound_ids.tolist()


def test_replaced_rows_are_read_from_postgres_text_of_arrays() -> None:
    replaced = of_replaced([7, 8], [1, 2], ["{}", "{3,1,3}"])
    assert (replaced.listed.tolist(), replaced.compound_ids.tolist()) == ([0, 3], [3, 1, 3])
