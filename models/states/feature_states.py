"""States of the groups of a feature table: what rows change, the states after it, and the columns to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.expressions.syntax import ColumnValue, columns_of
from models.expressions.value_types import value_type
from models.states.extremes import Extreme
from models.states.groups import group_type, grouped
from models.states.narrow_columns import joined, widened
from models.states.numbering import Integers, ranked
from models.states.signed_rows import SignedRows
from models.states.state import Flags, State
from models.states.totals import Tally
from models.types.column_types import AnyNumber, ArrayOf, ColumnType, ExactDecimal

if TYPE_CHECKING:
    from models.declaration.model import FeatureTable

ROWS: Final = Tally(None)
"""How many rows a group has: one without any has no row of features."""
VERSION: Final = "version"
_NOTHING: Final[Integers] = np.zeros(0, np.int64)
_DECIMALS: Final = {
    pa.int64(): pa.decimal128(19, 0),
    pa.list_(pa.int64()): pa.list_(pa.decimal128(19, 0)),
}
"""Where a column of Postgres is numeric and a computed value of 64 bits."""
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
        of_aggregates = {
            name: [state.for_rows(optional, key) for state in aggregate.states(table.types)]
            for name, aggregate in features.aggregates.items()
        }
        given = dict.fromkeys([ROWS, *chain(*of_aggregates.values())])
        counted = {state: state.counted() for state in given}
        tallies = {state: tally.for_rows(optional, key) for state, tally in counted.items() if tally is not None}
        # What others need comes first.
        self.states: tuple[State, ...] = tuple(dict.fromkeys([ROWS, *tallies.values(), *given]))
        number = {state: n for n, state in enumerate(self.states)}
        self.numbers_of = {name: [number[state] for state in states] for name, states in of_aggregates.items()}
        """Which of the states each aggregate is made of."""
        self.tallies = [number[tallies[state]] if state in tallies else None for state in self.states]
        """For each state the number of that which says how many rows count in it, if it needs to be known."""
        self._types = {column.name: column.type.arrow for column in table.columns}
        types = [state.types(self._types) for state in self.states]
        delta_types = [state.delta_types(self._types) for state in self.states]
        group = [(column.name, group_type(column)) for column in features.group]
        self.schema = pa.schema([*group, (VERSION, pa.int64()), *_fields(types)])
        self.delta_schema = pa.schema([*group, *_fields(delta_types)])
        self._slices = _slices(types)
        self._delta_slices = _slices(delta_types)
        self._casts: dict[str, pa.DataType] = {}
        made = self.outputs(pa.RecordBatch.from_pylist([], self.schema)).schema
        computed = {
            column.name: _DECIMALS.get(made.field(column.name).type)
            for column in features.outputs
            if _is_numeric(column.type)
        }
        self._casts = {name: kind for name, kind in computed.items() if kind is not None}
        self.output_types = {each.name: self._casts.get(each.name, each.type) for each in made}
        """Those of the columns of `outputs`, by name."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of rows that are read."""
        group = [column.column.name for column in self.features.group]
        read = [value for state in self.states for value in (*state.reads(), state.where) if value is not None]
        return tuple(dict.fromkeys([*group, *(name for value in read for name in sorted(columns_of(value)))]))

    @cached_property
    def read_schema(self) -> pa.Schema:
        """Of `columns`."""
        return pa.schema([(name, self._types[name]) for name in self.columns])

    @cached_property
    def extremes(self) -> Mapping[State, str]:
        """The aggregate of each state that can be lost."""
        named = [(self.states[number], name) for name, numbers in self.numbers_of.items() for number in numbers]
        return {state: name for state, name in named if isinstance(state, Extreme)}

    def groups(self, rows: pa.RecordBatch) -> tuple[pa.RecordBatch, NDArray[np.intp]]:
        """The groups of rows, each once, ascending, and where a row of each stands."""
        found = grouped(self.features.group, self._group_columns(rows))
        groups = pa.record_batch(found.groups, [column.name for column in self.features.group])
        return groups, found.order[found.starts]

    def delta(self, added: pa.RecordBatch, retracted: pa.RecordBatch) -> pa.RecordBatch:
        """What rows change for their groups, which come in ascending order; for some of them it may be nothing.

        Args:
            added: rows, of which at least `columns` are there; they may be narrowed.
            retracted: rows that were added before, here or earlier.
        """
        rows = self.read_of(added, retracted)
        signs: NDArray[np.int8] = np.repeat(np.array([1, -1], np.int8), [len(added), len(retracted)])
        found = grouped(self.features.group, self._group_columns(rows))
        firsts: NDArray[np.intp] = np.append(found.starts, len(signs))
        spans = [firsts[first : last + 1] for first, last in _spans(found.starts)]
        # A part's rows are brought together when it comes: all of them at once would be one copy more in memory.
        parts = [self._part(rows, signs, found.order[span[0] : span[-1]], span - span[0]) for span in spans]
        if not parts:
            return pa.RecordBatch.from_pylist([], self.delta_schema)
        columns = [pa.concat_arrays(each) if len(each) > 1 else each[0] for each in zip(*parts, strict=True)]
        return pa.RecordBatch.from_arrays([*found.groups, *columns], schema=self.delta_schema)

    def read_of(self, added: pa.RecordBatch, retracted: pa.RecordBatch) -> pa.RecordBatch:
        """What is read of rows that are added and, after them, of rows that are retracted: `columns`, as they come."""
        names = list(self.columns)
        sides = [side.select(names) for side in (added, retracted) if len(side)]
        return sides[0] if len(sides) == 1 else joined(sides or [added.select(names)])

    def parts(self, delta: pa.RecordBatch, most: int) -> Iterator[pa.RecordBatch]:
        """The deltas of at most so many groups at a time, without groups for which nothing changes."""
        changes = self._are_some(self._divided(delta, deltas=True))
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
        after: list[Sequence[pa.Array]] = []
        lost: dict[State, Flags] = {}
        sides = zip(self.states, self._divided(before), self._divided(delta, deltas=True), self.tallies, strict=True)
        for state, old, change, tally in sides:
            counted = _NOTHING if tally is None else after[tally][0].to_numpy()
            found, lost_here = state.merged(old, change, counted)
            after.append(found)
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
        places, present = self._places(states, found)
        after, changes = self._divided(states), self._divided(found, deltas=True)
        numbers = np.arange(len(states))
        for n, state in enumerate(self.states):
            if state in lost and len(found):
                taken = [column.take(places) for column in changes[n]]
                anew = state.merged(state.empty(len(states), self._types), taken, np.ones(len(states), np.int64))
                chosen = pa.array(numbers + np.where(lost[state] & present, len(states), 0))
                pairs = zip(after[n], anew.columns, strict=True)
                after[n] = [pa.concat_arrays(pair).take(chosen) for pair in pairs]
        return self._batch(states, after, None)

    def holds(self, states: pa.RecordBatch, expected: Integers) -> Flags:
        """Which states after a change can be: the others are to be computed anew from all rows of their groups.

        Args:
            states: after the change, and after those lost were restored.
            expected: the versions before it. A group of version 0 is taken for new, and cannot have less than nothing.
        """
        divided = self._divided(states)
        holds: Flags = (self.rows(states) > 0) | ((expected != 0) & ~self._are_some(divided))
        for state, columns, tally in zip(self.states, divided, self.tallies, strict=True):
            if tally is not None:
                # An extreme that was lost and not restored is one whose rows are not there.
                holds &= state.is_some(columns) == (divided[tally][0].to_numpy() > 0)
        return holds

    def outputs(self, states: pa.RecordBatch) -> pa.RecordBatch:
        """The columns of the feature table, and those that its statement divides by: see `Aggregate.values`."""
        divided = self._divided(states)
        columns: dict[str, pa.Array] = {column.name: states[column.name] for column in self.features.group}
        for name, aggregate in self.features.aggregates.items():
            columns |= aggregate.values(name, *(divided[n] for n in self.numbers_of[name]))
        columns |= {name: columns[name].cast(kind) for name, kind in self._casts.items()}
        return pa.RecordBatch.from_arrays([*columns.values()], [*columns])

    def rows(self, states: pa.RecordBatch) -> Integers:
        """How many rows each group has."""
        found: Integers = states.column(len(self.features.group) + 1).to_numpy()
        return found

    def _part(
        self, rows: pa.RecordBatch, signs: NDArray[np.int8], places: NDArray[np.intp], firsts: NDArray[np.intp]
    ) -> list[pa.Array]:
        """What the rows at these places change for groups, each of which begins at one of `firsts` among them."""
        codes: Integers = np.repeat(np.arange(len(firsts) - 1), np.diff(firsts))
        part = widened(pc.take(rows, pa.array(places), boundscheck=False), self.read_schema)
        signed = SignedRows(dict(zip(self.columns, part.columns, strict=True)), codes, signs[places], firsts)
        return [column for state in self.states for column in state.delta(signed)]

    def _group_columns(self, rows: pa.RecordBatch) -> dict[str, pa.Array]:
        schema = pa.schema({each.column.name: self._types[each.column.name] for each in self.features.group})
        return dict(zip(schema.names, widened(rows, schema).columns, strict=True))

    def divided(self, columns: Sequence[Any]) -> list[Sequence[Any]]:
        """The columns of each state, of those of all states."""
        return [columns[part] for part in self._slices]

    def _divided(self, batch: pa.RecordBatch, *, deltas: bool = False) -> list[Sequence[pa.Array]]:
        """The columns of each state, of those of a batch."""
        columns = batch.columns[len(self.features.group) :]
        return [columns[part] for part in self._delta_slices] if deltas else self.divided(columns[1:])

    def _are_some(self, divided: Sequence[Sequence[pa.Array]]) -> Flags:
        return np.any([state.is_some(of_state) for state, of_state in zip(self.states, divided, strict=True)], axis=0)

    def _batch(
        self, before: pa.RecordBatch, after: Sequence[Sequence[pa.Array]], version: int | None
    ) -> pa.RecordBatch:
        groups = before.columns[: len(self.features.group)]
        versions = before[VERSION] if version is None else pa.array(np.full(len(before), version, np.int64))
        return pa.RecordBatch.from_arrays([*groups, versions, *chain(*after)], schema=self.schema)

    def _places(self, states: pa.RecordBatch, among: pa.RecordBatch) -> tuple[pa.Array, Flags]:
        """Where the groups stand among others, and whether they do: if not, anywhere."""
        count = len(self.features.group)
        pairs = zip(among.columns[:count], states.columns[:count], strict=True)
        others, groups = np.split(ranked([pa.concat_arrays(pair) for pair in pairs]).numbers, [len(among)])
        places = np.minimum(np.searchsorted(others, groups), len(others) - 1)
        return pa.array(places), others[places] == groups if len(others) else np.zeros(len(groups), np.bool_)


def _is_numeric(kind: ColumnType) -> bool:
    return isinstance(kind.item if isinstance(kind, ArrayOf) else kind, AnyNumber | ExactDecimal)


def _fields(types: Sequence[Sequence[pa.DataType]]) -> list[tuple[str, pa.DataType]]:
    return [(f"{n}.{m}", kind) for n, of_state in enumerate(types) for m, kind in enumerate(of_state)]


def _slices(types: Sequence[Sequence[pa.DataType]]) -> list[slice]:
    """Where the columns of each state stand among those of all states."""
    ends = list(accumulate(map(len, types), initial=0))
    return [slice(*pair) for pair in pairwise(ends)]


def _spans(starts: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """The first group, and that after the last, of some thousands of rows at a time."""
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(starts, starts[first] + _ROWS_AT_ONCE))
        yield first, last
        first = last
