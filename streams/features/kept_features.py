"""The features that are kept of a table's rows: brought up to date in the transaction that stores the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from models.states.feature_states import VERSION
from models.states.few_groups import FewGroups
from models.wire.keys import GroupKeys
from streams.features.feature_writer import FeatureWriter

if TYPE_CHECKING:
    from models.states.feature_states import FeatureStates
    from models.states.few_groups import FewDeltas, FewStates
    from streams.features.row_changes import RowChanges
    from streams.postgres.connection import Connection
    from streams.table.values import TableValues
    from streams.transactions.transaction import Applied

FEW_ROWS = 64
"""Rows, added or retracted, whose changes take less as lists of Python than as arrays."""
GROUPS_AT_ONCE = 2048
"""Groups whose states are in memory at the same time, decoded; a busy one's takes kilobytes."""


class KnownStates(Protocol):
    """Where the last known states of groups are: a Faust table."""

    def known(self, partition: int, groups: pa.RecordBatch) -> pa.RecordBatch:
        """The states of these groups, in this order; of one that is not known, an empty one of version 0."""

    def few_known(self, partition: int, keys: list[bytes]) -> FewStates | None:
        """The same of few groups with these keys; None if that takes less by arrays."""

    def few_values(self, keys: list[bytes], states: FewStates) -> TableValues:
        """What it is to hold of few groups with these keys."""

    def values(self, states: pa.RecordBatch) -> TableValues:
        """What it is to hold of groups once their states are committed."""


class KeptFeatures:
    """One feature table."""

    def __init__(self, states: FeatureStates, table: KnownStates, few_rows: int = FEW_ROWS) -> None:
        """Take the states of its groups, where they are known, and the most rows that are few."""
        self._few_rows = few_rows
        self._states = states
        self._table = table
        self._few = FewGroups(states)
        self._writer = FeatureWriter(states)
        self._keys = GroupKeys(states.features)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of rows that are read."""
        return self._states.columns

    async def update(
        self, connection: Connection, partition: int, changes: RowChanges, applied: Applied, *, in_order: bool
    ) -> None:
        """Write the rows of all groups that change, each once."""
        name, added, retracted = self._states.features.name, changes.added, changes.retracted
        if len(added) + len(retracted) <= self._few_rows and await self._update_few(
            connection, partition, self._few.delta(added, retracted), applied, in_order=in_order
        ):
            return
        delta = self._states.delta(added, retracted)
        if in_order:
            await self._writer.lock(connection, delta)
        for part in self._states.parts(delta, GROUPS_AT_ONCE):
            known = self._table.known(partition, part)
            written = await self._writer.write(connection, known, part)
            applied.more_groups[name] += written.more_groups
            applied.recomputed[name] += written.recomputed
            applied.from_table[name] += len(part) - written.recomputed
            mine = self._mine(written.states, added, retracted, known)
            applied.table_values[name].extend(self._table.values(mine))

    async def _update_few(
        self, connection: Connection, partition: int, delta: FewDeltas, applied: Applied, *, in_order: bool
    ) -> bool:
        """The same of few groups, as lists; False, and nothing is done, if that is to be done by arrays."""
        if not delta.firsts:
            return True
        if in_order:
            await self._writer.lock(connection, delta.groups)
        name, keys = self._states.features.name, self._keys.of_few(delta)
        known = self._table.few_known(partition, keys)
        written = None if known is None else await self._writer.write_few(connection, known, delta)
        if known is None or written is None:
            return False
        applied.more_groups[name] += written.more_groups
        applied.from_table[name] += len(written.written)
        are_mine = [is_added or bool(version) for is_added, version in zip(delta.added_to, known.versions, strict=True)]
        places = [place for place in written.written if are_mine[place]]
        if places:
            values = self._table.few_values([keys[place] for place in places], written.states.at(places))
            applied.table_values[name].extend(values)
        if written.recomputed is not None:
            applied.recomputed[name] += len(written.recomputed)
            mine = [key for key, is_mine in zip(keys, are_mine, strict=True) if is_mine]
            applied.table_values[name].extend(self._table.values(self._among(written.recomputed, mine)))
        return True

    def _mine(
        self, states: pa.RecordBatch, added: pa.RecordBatch, retracted: pa.RecordBatch, known: pa.RecordBatch
    ) -> pa.RecordBatch:
        """The states of groups that belong to this partition: rows of theirs were added, or the table knows them.

        A group that a row was only taken from may live on another partition.
        """
        if not len(retracted):
            return states
        own = self._keys.of(self._states.groups(added))
        known_before = self._keys.of(known.filter(pc.greater(known.column(VERSION), 0)))
        return self._among(states, pa.concat_arrays([own, known_before]))

    def _among(self, states: pa.RecordBatch, keys: pa.Array | list[bytes]) -> pa.RecordBatch:
        """The states of groups with these keys."""
        return states.filter(pc.is_in(self._keys.of(states), pa.array(keys, pa.binary())))
