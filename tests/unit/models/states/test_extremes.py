from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from models.declare import Id, Last, Max
from models.states.feature_states import FeatureStates, MergedGroups
from tests.declared_features import declared_features
from tests.declared_tables import declared, record_batch

TABLE = declared({"number": Id, "place": Id, "size": int | None, "name": str}, key=("number",), group="place")
STATES = FeatureStates(declared_features(TABLE, {"most": Max("size"), "last": Last("name", by="size")}))
Row = tuple[int, int | None, str]


def batch(rows: list[Row]) -> pa.RecordBatch:
    return record_batch(TABLE, [{"number": n, "place": 1, "size": size, "name": name} for n, size, name in rows])


def changed(before: pa.RecordBatch | None, added: list[Row], retracted: list[Row]) -> MergedGroups:
    delta = STATES.delta(batch(added), batch(retracted))
    return STATES.merged(STATES.unknown(delta) if before is None else before, delta, 1)


def values(states: pa.RecordBatch) -> tuple[int | None, str | None]:
    [found] = STATES.outputs(states).to_pylist()
    return found["most"], found["last"]


def lost(found: MergedGroups) -> int:
    return len(found.lost)


START: list[Row] = [(1, 5, "b"), (2, 9, "c"), (3, 9, "a"), (4, None, "z")]


@pytest.mark.parametrize(
    ("added", "retracted", "expected"),
    [
        ([], [(3, 9, "a")], (9, "c")),  # another row has the greatest, and a lower key
        ([(5, 9, "d")], [(3, 9, "a")], (9, "c")),
        ([(2, 10, "c")], [(2, 9, "c")], (10, "c")),  # corrected to a greater one
        ([(2, 9, "x")], [(2, 9, "c")], (9, "x")),  # the same row with another value
        ([(5, 11, "e")], [(2, 9, "c"), (3, 9, "a")], (11, "e")),
        ([], START, (None, None)),  # nothing is left
        ([], [(1, 5, "b"), (2, 9, "c"), (3, 9, "a")], (None, None)),  # nothing that counts is left
    ],
)
def test_an_extreme_that_another_row_has_or_exceeds_is_not_lost(
    added: list[Row], retracted: list[Row], expected: tuple[int | None, str | None]
) -> None:
    found = changed(changed(None, START, []).states, added, retracted)
    assert (lost(found), values(found.states)) == (0, expected)


def test_as_many_rows_as_have_it_must_go_before_it_is_lost() -> None:
    states = changed(changed(None, [(1, 9, "a")], []).states, [(2, 9, "b"), (3, 4, "c")], []).states
    once = changed(states, [], [(2, 9, "b")])
    assert (lost(once), values(once.states)) == (0, (9, "a"))
    assert lost(changed(once.states, [], [(1, 9, "a")])) == 2


def test_a_lost_extreme_is_restored_from_the_rows_that_have_it_and_holds_only_then() -> None:
    found = changed(changed(None, START, []).states, [], [(2, 9, "c"), (3, 9, "a")])
    known: NDArray[np.int64] = np.ones(1, np.int64)
    assert not STATES.holds(found.states, known).any()
    assert not STATES.holds(STATES.restored(found.states, found.lost, batch([])), known).any()
    restored = STATES.restored(found.states, found.lost, batch([(1, 5, "b")]))
    assert (values(restored), STATES.holds(restored, known).tolist()) == ((5, "b"), [True])
