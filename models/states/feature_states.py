"""States of the groups of a feature table: what rows change, the states after it, and the columns to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.declaration.model import FeatureTable
from models.expressions.syntax import ColumnValue, columns_of
from models.expressions.value_types import value_type
from models.states.groups import group_type, grouped
from models.states.numbering import Integers, ranked
from models.states.signed_rows import SignedRows
from models.states.state import Flags, State
from models.states.totals import Tally

ROWS: Final = Tally(None)
"""How many rows a group has: one without any has no row of features."""
VERSION: Final = "version"
_ROWS_AT_ONCE = 8_000
"""What is made of each row takes much more memory than the row, and more time if it is not near."""


class MergedGroups(NamedTuple):
    """States after a change."""

    states: pa.RecordBatch
    lost: Mapping[State, Flags]
    """For each state that some groups have lost: which. It is to be restored from the groups' rows."""


class FeatureStates:
    """The states of a feature table's groups, as record batches.

    One of states has the columns of the groups, `version`, which is 0 if nothing is known of the group, and the
    columns of each state. One of deltas has the columns of the groups and those of each state's change.
    """

    def __init__(self, features: FeatureTable) -> None:
        self.features = features
        table = features.rows
        optional = frozenset(column.name for column in table.columns if column.optional)
        key = [ColumnValue(name, value_type(name, table.types[name])) for name in table.key]
        self._given = {
            state: state.for_rows(optional, key)
            for aggregate in features.aggregates.values()
            for state in aggregate.states(table.types)
        }
        counted = {state: state.counted() for state in self._given.values()}
        self._counted = {state: tally.for_rows(optional, key) for state, tally in counted.items() if tally is not None}
        self.states: tuple[State, ...] = tuple(dict.fromkeys([ROWS, *self._given.values(), *self._counted.values()]))
        self._types = {column.name: column.type.arrow for column in table.columns}

    @cached_property
    def schema(self) -> pa.Schema:
        """Of states."""
        types = [state.types(self._types) for state in self.states]
        return pa.schema([*self._group_fields, (VERSION, pa.int64()), *_fields(types)])

    @cached_property
    def delta_schema(self) -> pa.Schema:
        """Of deltas."""
        return pa.schema([*self._group_fields, *_fields([state.delta_types(self._types) for state in self.states])])

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of rows that are read."""
        group = [column.column.name for column in self.features.group]
        read = [value for state in self.states for value in (*state.reads(), state.where) if value is not None]
        return tuple(dict.fromkeys([*group, *(name for value in read for name in sorted(columns_of(value)))]))

    def delta(self, added: pa.RecordBatch, retracted: pa.RecordBatch) -> pa.RecordBatch:
        """What rows change for their groups, which come in ascending order; for some of them it may be nothing.

        Args:
            added: rows, of which at least `columns` are there.
            retracted: rows that were added before, here or earlier.
        """
        names = list(self.columns)
        rows = pa.concat_batches([added.select(names), retracted.select(names)])
        signs = np.repeat(np.array([1, -1], np.int8), [len(added), len(retracted)])
        found = grouped(self.features.group, dict(zip(names, rows.columns, strict=True)))
        rows, signs = rows.take(pa.array(found.order)), signs[found.order]
        firsts = np.append(found.starts, len(signs))
        parts = [self._part(rows, signs, firsts[first : last + 1]) for first, last in _spans(found.starts)]
        if not parts:
            return pa.RecordBatch.from_pylist([], self.delta_schema)
        columns = [pa.concat_arrays(each) if len(each) > 1 else each[0] for each in zip(*parts, strict=True)]
        return pa.record_batch([*found.groups, *columns], schema=self.delta_schema)

    def parts(self, delta: pa.RecordBatch, most: int) -> Iterator[pa.RecordBatch]:
        """The deltas of at most so many groups at a time, without groups for which nothing changes."""
        changes = np.zeros(len(delta), np.bool_)
        for state, columns in self._divided(delta, deltas=True):
            changes |= state.is_some(columns)
        kept = delta if changes.all() else delta.filter(pa.array(changes))
        for start in range(0, len(kept), most):
            yield kept.slice(start, most)

    def unknown(self, groups: pa.RecordBatch) -> pa.RecordBatch:
        """The states of groups of which nothing is known, such as those of a delta; the order stays."""
        columns = [column for state in self.states for column in state.empty(len(groups), self._types)]
        names = [column.name for column in self.features.group]
        versions = pa.array(np.zeros(len(groups), np.int64))
        return pa.record_batch([*groups.select(names).columns, versions, *columns], schema=self.schema)

    def merged(self, before: pa.RecordBatch, delta: pa.RecordBatch, version: int) -> MergedGroups:
        """The states with the deltas of the same groups, in the same order, at a new version."""
        after: dict[State, list[pa.Array]] = {}
        lost: dict[State, Flags] = {}
        changes = dict(self._divided(delta, deltas=True))
        nothing: Integers = np.zeros(0, np.int64)
        olds = dict(self._divided(before))
        for state in sorted(self.states, key=lambda each: each in self._counted):
            tally = self._counted.get(state)
            counted = nothing if tally is None else after[tally][0].to_numpy()
            after[state], lost_here = state.merged(olds[state], changes[state], counted)
            if lost_here is not None:
                lost[state] = lost_here
        return MergedGroups(self._batch(before, after, version), lost)

    def restored(self, states: pa.RecordBatch, lost: Mapping[State, Flags], rows: pa.RecordBatch) -> pa.RecordBatch:
        """The states with those that were lost computed anew.

        Args:
            states: after a change.
            lost: which groups have lost which state; one that none has lost may be left out.
            rows: of these groups, for each state at least those that are its extreme.
        """
        found = self.delta(rows, rows.slice(0, 0))
        places = pa.array(self._places(states, found, lost))
        after = dict(self._divided(states))
        changes = dict(self._divided(found, deltas=True))
        for state, groups in lost.items():
            taken = [column.take(places) for column in changes[state]]
            anew = state.merged(state.empty(len(states), self._types), taken, np.ones(len(states), np.int64))
            chosen = pa.array(np.where(groups, np.arange(len(states)) + len(states), np.arange(len(states))))
            pairs = zip(after[state], anew.columns, strict=True)
            after[state] = [pa.concat_arrays(pair).take(chosen) for pair in pairs]
        return self._batch(states, after, None)

    def holds(self, states: pa.RecordBatch, expected: Integers) -> Flags:
        """Which states after a change can be: the others are to be computed anew from all rows of their groups.

        Args:
            states: after the change.
            expected: the versions before it. A group of version 0 is taken for new, and cannot have less than nothing.
        """
        divided = list(self._divided(states))
        rows = divided[0][1][0].to_numpy()
        zero: Flags = np.ones(len(states), np.bool_)
        for state, columns in divided:
            zero &= ~state.is_some(columns)
        holds: Flags = (rows > 0) | ((expected != 0) & zero)
        return holds

    def outputs(self, states: pa.RecordBatch) -> pa.RecordBatch:
        """The columns of the feature table, and those that its statement divides by: see `Aggregate.values`."""
        by_state = dict(self._divided(states))
        columns: dict[str, pa.Array] = {column.name: states[column.name] for column in self.features.group}
        for name, aggregate in self.features.aggregates.items():
            columns |= aggregate.values(name, self.features.rows.types, lambda state: by_state[self._given[state]])
        return pa.record_batch(columns)

    def rows(self, states: pa.RecordBatch) -> Integers:
        """How many rows each group has."""
        found: Integers = states.column(len(self.features.group) + 1).to_numpy()
        return found

    @property
    def _group_fields(self) -> list[tuple[str, pa.DataType]]:
        return [(column.name, group_type(column)) for column in self.features.group]

    def _part(self, rows: pa.RecordBatch, signs: NDArray[np.int8], firsts: NDArray[np.intp]) -> list[pa.Array]:
        """What rows change for groups that begin there."""
        codes = np.repeat(np.arange(len(firsts) - 1), np.diff(firsts))
        part = rows.slice(firsts[0], len(codes))
        columns = dict(zip(self.columns, part.columns, strict=True))
        signed = SignedRows(columns, codes, signs[firsts[0] : firsts[-1]], len(firsts) - 1)
        return [column for state in self.states for column in state.delta(signed)]

    def _divided(
        self, batch: pa.RecordBatch, *, deltas: bool = False
    ) -> Iterator[tuple[State, Sequence[pa.Array]]]:
        place = len(self.features.group) + (0 if deltas else 1)
        for state in self.states:
            width = len(state.delta_types(self._types) if deltas else state.types(self._types))
            yield state, batch.columns[place : place + width]
            place += width

    def _batch(
        self, before: pa.RecordBatch, after: Mapping[State, Sequence[pa.Array]], version: int | None
    ) -> pa.RecordBatch:
        groups = before.columns[: len(self.features.group)]
        versions = before[VERSION] if version is None else pa.array(np.full(len(before), version, np.int64))
        columns = [column for state in self.states for column in after[state]]
        return pa.record_batch([*groups, versions, *columns], schema=self.schema)

    def _places(self, states: pa.RecordBatch, among: pa.RecordBatch, lost: Mapping[State, Flags]) -> Integers:
        """Where the groups stand among others; of one that has lost nothing, anywhere."""
        count = len(self.features.group)
        pairs = zip(among.columns[:count], states.columns[:count], strict=True)
        others, groups = np.split(ranked([pa.concat_arrays(pair) for pair in pairs]).numbers, [len(among)])
        places: Integers = np.minimum(np.searchsorted(others, groups), max(len(others) - 1, 0))
        missing = np.any([*lost.values()], axis=0) & (others.take(places, mode="clip") != groups)
        if missing.any():
            raise ValueError(f"no rows of {np.count_nonzero(missing)} groups whose extremes are to be restored")
        return places


def _fields(types: Sequence[Sequence[pa.DataType]]) -> list[tuple[str, pa.DataType]]:
    return [(f"{n}.{m}", kind) for n, of_state in enumerate(types) for m, kind in enumerate(of_state)]


def _spans(starts: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """The first group, and that after the last, of some thousands of rows at a time."""
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(starts, starts[first] + _ROWS_AT_ONCE))
        yield first, last
        first = last
