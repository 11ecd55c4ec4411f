"""States of few groups as lists of Python: what `models.states.feature_states`, which it is held to, does by arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa

from models.states.feature_states import FeatureStates
from models.states.groups import group_values
from models.states.narrow_columns import widened
from models.states.plain_rows import Places, PlainRows
from models.states.state import Plain
from models.types.plain_values import plain_values


class FewStates(NamedTuple):
    """The states of some groups.

    Attributes:
        versions: 0 if nothing is known of a group.
        columns: those of each state, one state's after the other's.
    """

    versions: list[int]
    columns: Plain

    @property
    def rows(self) -> list[int]:
        """How many rows each group has."""
        return self.columns[0]

    def at(self, places: Sequence[int]) -> FewStates:
        """Those at these places."""
        versions, *columns = ([column[place] for place in places] for column in (self.versions, *self.columns))
        return FewStates(versions, columns)


class FewDeltas(NamedTuple):
    """What changes for some groups; groups for which nothing changes are not among them.

    Attributes:
        keys: the columns of the groups, these ascending.
        changes: the columns of each state's change.
        added_at: where, among the rows added, one of the group stands; None if there is none.
        of_rows: for each row the columns of its group.
        firsts: a row of each group.
    """

    keys: Plain
    changes: Sequence[Plain]
    added_at: list[int | None]
    of_rows: pa.RecordBatch
    firsts: list[int]

    @property
    def groups(self) -> pa.RecordBatch:
        """The columns of the groups as arrays."""
        return self.of_rows.take(pa.array(self.firsts, pa.int64()))


class FewGroups:
    """The states of some groups of a feature table."""

    def __init__(self, states: FeatureStates) -> None:
        """Take what they are by arrays."""
        self._states = states
        self._names = [column.name for column in states.features.group]
        self.nothing = list(chain(*(state.plain_empty() for state in states.states)))
        """The columns of one group of which nothing is known."""

    def delta(self, added: pa.RecordBatch, retracted: pa.RecordBatch) -> FewDeltas:
        """See `FeatureStates.delta`."""
        rows = self._states.read_of(added, retracted)
        if not rows.schema.equals(self._states.read_schema):
            rows = widened(rows, self._states.read_schema)
        columns = dict(zip(self._states.columns, rows.columns, strict=True))
        values = group_values(self._states.features.group, columns)
        places: dict[tuple[Any, ...], Places] = {}
        for place, group in enumerate(zip(*map(plain_values, values), strict=True)):
            places.setdefault(group, []).append(place)
        groups = sorted(places)
        signed = PlainRows(columns, [1] * len(added) + [-1] * len(retracted), [places[group] for group in groups])
        changes = [state.plain_delta(signed) for state in self._states.states]
        are_some = self._are_some(changes)
        if not all(are_some):
            kept = [place for place, is_some in enumerate(are_some) if is_some]
            groups = [groups[place] for place in kept]
            changes = [[[column[place] for place in kept] for column in of_state] for of_state in changes]
        firsts = [places[group][0] for group in groups]
        return FewDeltas(
            list(map(list, zip(*groups, strict=True))),
            changes,
            [first if first < len(added) else None for first in firsts],
            pa.record_batch(values, self._names),
            firsts,
        )

    def merged(self, before: FewStates, delta: FewDeltas, version: int) -> FewStates | None:
        """The states with the deltas, at a new version; None if one is lost or cannot be: arrays tell which."""
        after: list[Plain] = []
        sides = zip(
            self._states.states,
            self._states.divided(before.columns),
            delta.changes,
            self._states.tallies,
            strict=True,
        )
        for state, old, change, tally in sides:
            counted: Sequence[int] = () if tally is None else after[tally][0]
            found = state.plain_merged(old, change, counted)
            if found is None:
                return None
            after.append(found)
        return FewStates([version] * len(before.versions), [*chain(*after)]) if self._hold(after, before) else None

    def outputs(self, states: FewStates) -> dict[str, list[Any]]:
        """The columns of `FeatureStates.outputs`, without those of the groups, as lists."""
        columns: dict[str, list[Any]] = {}
        divided = self._states.divided(states.columns)
        for name, aggregate in self._states.features.aggregates.items():
            columns |= aggregate.plain_values(name, *(divided[number] for number in self._states.numbers_of[name]))
        return columns

    def _are_some(self, divided: Sequence[Plain]) -> list[bool]:
        pairs = zip(self._states.states, divided, strict=True)
        return list(map(any, zip(*(state.plain_are_some(of_state) for state, of_state in pairs), strict=True)))

    def _hold(self, after: Sequence[Plain], before: FewStates) -> bool:
        """Whether all states after a change can be: see `FeatureStates.holds`."""
        rows = after[0][0]
        if min(rows) <= 0:
            each = zip(rows, before.versions, self._are_some(after), strict=True)
            if not all(count > 0 or (expected and not is_some) for count, expected, is_some in each):
                return False
        return all(
            tally is None or state.plain_are_some(columns) == [count > 0 for count in after[tally][0]]
            for state, columns, tally in zip(self._states.states, after, self._states.tallies, strict=True)
        )
