from __future__ import annotations

from decimal import localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.aggregates.aggregate import divisor_of
from models.declaration.model import FeatureTable
from models.declare import Mean, StdDev
from models.states.feature_states import FeatureStates
from models.states.few_groups import FewGroups, FewStates
from models.types.plain_values import plain_values
from tests.declared_features import described, feature_tables, grouped_rows
from tests.declared_tables import record_batch
from tests.feature_oracle import Group, features_of, group_of

Row = dict[str, Any]


class Store:
    """Rows by key, and the states of their groups, changed batch by batch as the worker does."""

    def __init__(self, features: FeatureTable) -> None:
        self.features = features
        self.engine = FeatureStates(features)
        self.few = FewGroups(self.engine)
        self.rows: dict[Group, Row] = {}
        self.states: dict[Group, pa.RecordBatch] = {}
        self.lost = 0

    def change(self, batch: list[tuple[bool, Row]], most: int = 2) -> set[Group]:
        """Upsert or delete rows; returns the groups that were touched."""
        added: list[Row] = []
        retracted: list[Row] = []
        for is_there, row in batch:
            key = tuple(row[name] for name in self.features.rows.key)
            if key in self.rows:
                retracted.append(self.rows.pop(key))
            if is_there:
                self.rows[key] = row
                added.append(row)
        delta = self.engine.delta(self._batch(added), self._batch(retracted))
        self._compare_few(added, retracted)
        touched: set[Group] = set()
        for part in self.engine.parts(delta, most):
            touched |= self._merge(part)
        return touched

    def _merge(self, delta: pa.RecordBatch) -> set[Group]:
        unknown = self.engine.unknown(delta)
        groups = self._groups(delta)
        assert groups == sorted(groups)
        known = [self.states.get(group, unknown.slice(number, 1)) for number, group in enumerate(groups)]
        before = pa.concat_batches(known)
        states, lost = self.engine.merged(before, delta, version=len(self.states) + 1)
        if lost:
            self.lost += 1
            lacking = {group for flags in lost.values() for group, gone in zip(groups, flags, strict=True) if gone}
            rows = [row for row in self.rows.values() if group_of(described(self.features), row) in lacking]
            states = self.engine.restored(states, lost, self._batch(rows))
        assert self.engine.holds(states, np.array(before["version"])).all()
        for number, group in enumerate(groups):
            self.states[group] = states.slice(number, 1)
            if not self.engine.rows(states)[number]:
                del self.states[group]
        return set(groups)

    def _compare_few(self, added: list[Row], retracted: list[Row]) -> None:
        """Check that lists of Python give the same deltas, states and outputs."""
        delta = self.few.delta(self._batch(added), self._batch(retracted))
        [arrays] = list(self.engine.parts(self.engine.delta(self._batch(added), self._batch(retracted)), 1000)) or [
            None
        ]
        if arrays is None:
            assert not delta.firsts
            return
        width = len(self.features.group)
        assert delta.groups.equals(arrays.select(range(width)))
        assert list(delta.keys) == lists(arrays.columns[:width])
        assert [list(column) for of_state in delta.changes for column in of_state] == lists(arrays.columns[width:])
        groups = self._groups(arrays)
        assert [place is not None for place in delta.added_at] == [
            group in {group_of(described(self.features), row) for row in added} for group in groups
        ]
        unknown = self.engine.unknown(arrays)
        before = pa.concat_batches(
            [self.states.get(group, unknown.slice(place, 1)) for place, group in enumerate(groups)]
        )
        expected = np.array(before["version"] if width == 1 else before.column(width))
        known = FewStates(before.column(width).to_pylist(), lists(before.columns[width + 1 :]))
        after, lost = self.engine.merged(before, arrays, 7)
        found = self.few.merged(known, delta, 7)
        if found is None:
            assert lost or not self.engine.holds(after, expected).all()
            return
        assert not lost
        assert self.engine.holds(after, expected).all()
        assert (found.versions, list(found.columns)) == ([7] * len(after), lists(after.columns[width + 1 :]))
        outputs = self.engine.outputs(after)
        assert {name: plain_values(outputs[name]) for name in outputs.schema.names[width:]} == self.few.outputs(found)
        assert dict(zip(outputs.schema.names, outputs.schema.types, strict=True)) == self.engine.output_types

    def _batch(self, rows: list[Row]) -> pa.RecordBatch:
        return record_batch(self.features.rows, rows)

    def _groups(self, batch: pa.RecordBatch) -> list[Group]:
        width = len(self.features.group)
        return list(zip(*(column.to_pylist() for column in batch.columns[:width]), strict=True))

    def outputs(self) -> dict[Group, dict[str, Any]]:
        """What the feature table holds."""
        return {group: self.written(states) for group, states in self.states.items()}

    def written(self, states: pa.RecordBatch) -> dict[str, Any]:
        """The columns of one group, as its statement finishes them; of a StdDev the square."""
        [values] = self.engine.outputs(states).to_pylist()
        for name, aggregate in self.features.aggregates.items():
            if isinstance(aggregate, Mean | StdDev):
                rows, value = values[divisor_of(name)], values[name]
                divisor = rows if isinstance(aggregate, Mean) else rows * (rows - 1)
                values[name] = None if value is None else Fraction(value) / divisor
        return {column.name: values[column.name] for column in self.features.outputs}


def lists(columns: list[pa.Array]) -> list[list[Any]]:
    """Columns as lists of Python."""
    return [plain_values(column) for column in columns]


def batches(features: FeatureTable) -> st.SearchStrategy[list[list[tuple[bool, Row]]]]:
    """Batches of upserts and deletions of few keys."""

    def histories(rows: list[Row]) -> st.SearchStrategy[list[list[tuple[bool, Row]]]]:
        change = st.tuples(st.sampled_from([True, True, False]), st.sampled_from(rows))
        return st.lists(st.lists(change, max_size=8), max_size=4)

    return grouped_rows(features, distinct_keys=False).filter(bool).flatmap(histories)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_what_batches_change_is_what_all_rows_give(data: st.DataObject) -> None:
    features = data.draw(feature_tables())
    store = Store(features)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.states.feature_states._ROWS_AT_ONCE", data.draw(st.sampled_from([1, 3, 8000])))
        for most in ("_FEW", "_FEW_INTEGERS"):
            patch.setattr(f"models.states.multisets.{most}", data.draw(st.sampled_from([0, 2, 1000])))
        for batch in data.draw(batches(features)):
            store.change(batch)
            with localcontext(prec=200):
                assert store.outputs() == features_of(described(features), list(store.rows.values()))
