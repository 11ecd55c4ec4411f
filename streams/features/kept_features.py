"""The features that are kept of a table's rows: brought up to date in the transaction that stores the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from models.states.feature_states import VERSION
from models.wire.keys import GroupKeys
from streams.features.feature_writer import FeatureWriter

if TYPE_CHECKING:
    from models.states.feature_states import FeatureStates
    from streams.features.row_changes import RowChanges
    from streams.postgres.connection import Connection
    from streams.table.values import TableValues
    from streams.transactions.transaction import Applied

GROUPS_AT_ONCE = 2048
"""Groups whose states are in memory at the same time, decoded; a busy one's takes kilobytes."""


class KnownStates(Protocol):
    """Where the last known states of groups are: a Faust table."""

    def known(self, partition: int, groups: pa.RecordBatch) -> pa.RecordBatch:
        """The states of these groups, in this order; of one that is not known, an empty one of version 0."""

    def values(self, states: pa.RecordBatch) -> TableValues:
        """What it is to hold of groups once their states are committed."""


class KeptFeatures:
    """One feature table."""

    def __init__(self, states: FeatureStates, table: KnownStates) -> None:
        """Take the states of its groups, and where they are known."""
        self._states = states
        self._table = table
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
        name, delta = self._states.features.name, self._states.delta(changes.added, changes.retracted)
        if in_order:
            await self._writer.lock(connection, delta)
        for part in self._states.parts(delta, GROUPS_AT_ONCE):
            known = self._table.known(partition, part)
            written = await self._writer.write(connection, known, part)
            applied.more_groups[name] += written.more_groups
            applied.recomputed[name] += written.recomputed
            applied.from_table[name] += len(part) - written.recomputed
            mine = self._mine(written.states, changes, known)
            applied.table_values[name].extend(self._table.values(mine))

    def _mine(self, states: pa.RecordBatch, changes: RowChanges, known: pa.RecordBatch) -> pa.RecordBatch:
        """The states of groups that belong to this partition: rows of theirs were added, or the table knows them.

        A group that a row was only taken from may live on another partition.
        """
        if not len(changes.retracted):
            return states
        own = self._keys.of(self._states.groups(changes.added))
        known_before = self._keys.of(known.filter(pc.greater(known.column(VERSION), 0)))
        value_set = pa.concat_arrays([own, known_before])
        return states.filter(pc.is_in(self._keys.of(states), value_set))
