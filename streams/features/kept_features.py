"""The features that are kept of a table's rows: brought up to date in the transaction that stores the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from models.states.groups import grouped
from models.wire.keys import GroupKeys
from streams.columns.constant_column import chosen
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

    def stored(self, partition: int, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        """What a partition of it holds of groups by their keys; None if it does not know a group."""

    def decoded(self, groups: pa.RecordBatch, values: Sequence[bytes | None]) -> pa.RecordBatch:
        """The states that are stored of these groups, in this order; of one without, an empty one of version 0."""

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
        self,
        connection: Connection,
        partitions: Sequence[int],
        changes: RowChanges,
        applied: Applied,
        *,
        in_order: bool,
    ) -> None:
        """Write the rows of all groups that change, each once.

        Args:
            connection: inside the transaction that stored the rows.
            partitions: that the rows came from.
            changes: what was stored.
            applied: takes what was written.
            in_order: whether to lock the groups' rows in ascending order first.
        """
        name, delta = self._states.features.name, self._states.delta(changes.added, changes.retracted)
        if in_order:
            await self._writer.lock(connection, delta)
        adding = self._adding(partitions, changes)
        for part in self._states.parts(delta, GROUPS_AT_ONCE):
            keys = self._keys.of(part).to_pylist()
            homes = [partitions[0] if adding is None else adding.get(key) for key in keys]
            known = self._table.decoded(part, self._stored(partitions, keys, homes))
            written = await self._writer.write(connection, known, part)
            applied.more_groups[name] += written.more_groups
            applied.recomputed[name] += written.recomputed
            applied.from_table[name] += len(part) - written.recomputed
            values = self._table.values(written.states)
            for partition, of_partition in values.divided(dict(zip(keys, homes, strict=True)), partitions):
                applied.table_values[partition][name].extend(of_partition)

    def _adding(self, partitions: Sequence[int], changes: RowChanges) -> Mapping[bytes, int] | None:
        """For each group that rows were added to, a partition that they came from; None if all are of the only one.

        A group that rows were only taken from may live on a partition of another worker.
        """
        if len(partitions) == 1 and not len(changes.retracted):
            return None
        added = changes.added
        found = grouped(self._states.features.group, {name: added.column(name) for name in self._states.columns})
        groups = pa.record_batch(found.groups, self._keys.names)
        homes = chosen(changes.partitions, found.order[found.starts].tolist())
        return dict(zip(self._keys.of(groups).to_pylist(), homes, strict=True))

    def _stored(self, partitions: Sequence[int], keys: list[bytes], homes: list[int | None]) -> list[bytes | None]:
        """What the table holds of groups. Where it knows one without a home, that becomes its home.

        Any value may be taken: it is compared with the group's row by its version. Of two partitions that rows of a
        group came from, one is asked, and gets what the other may know too, as after two transactions.
        """
        values: list[bytes | None] = [None] * len(keys)
        for partition in partitions:
            places = [place for place, home in enumerate(homes) if home is None or home == partition]
            found = self._table.stored(partition, [keys[place] for place in places])
            for place, value in zip(places, found, strict=True):
                if value is not None:
                    values[place], homes[place] = value, partition
        return values
