"""The features that are kept of a table's rows: brought up to date in the transaction that stores the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from models.states.few_groups import FewGroups
from models.types.plain_values import FEW
from models.wire.keys import GroupKeys
from streams.columns.constant_column import chosen
from streams.features.feature_writer import FeatureWriter

if TYPE_CHECKING:
    from models.states.feature_states import FeatureStates
    from models.states.few_groups import FewDeltas, FewStates
    from streams.features.row_changes import RowChanges
    from streams.postgres.connection import Connection
    from streams.table.values import TableValues
    from streams.transactions.transaction import Applied

GROUPS_AT_ONCE = 2048
"""Groups whose states are in memory at the same time, decoded; a busy one's takes kilobytes."""

Homes = list[int | None]
"""For each group the partition whose table is to know it; None: it belongs to none here."""


class KnownStates(Protocol):
    """Where the last known states of groups are: a Faust table."""

    def stored(self, partition: int, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        """What a partition of it holds of groups by their keys; None if it does not know a group."""

    def decoded(self, groups: pa.RecordBatch, values: Sequence[bytes | None]) -> pa.RecordBatch:
        """The states that are stored of these groups, in this order; of one without, an empty one of version 0."""

    def few_decoded(self, values: Sequence[bytes | None]) -> FewStates | None:
        """The same of few groups; None if that takes less by arrays."""

    def values(self, states: pa.RecordBatch) -> TableValues:
        """What it is to hold of groups once their states are committed."""

    def few_values(self, keys: list[bytes], states: FewStates) -> TableValues:
        """The same of few groups with these keys."""


class KeptFeatures:
    """One feature table."""

    def __init__(self, states: FeatureStates, table: KnownStates, few_rows: int = FEW) -> None:
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
        name, added, retracted = self._states.features.name, changes.added, changes.retracted
        if len(added) + len(retracted) <= self._few_rows:
            few, of_added = self._few.delta(added, retracted), list(changes.partitions)
            homes: Homes = [None if place is None else of_added[place] for place in few.added_at]
            if await self._update_few(connection, partitions, few, homes, applied, in_order=in_order):
                return
        delta = self._states.delta(added, retracted)
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
            self._keep(written.states, keys, homes, partitions, applied)

    async def _update_few(
        self,
        connection: Connection,
        partitions: Sequence[int],
        delta: FewDeltas,
        homes: Homes,
        applied: Applied,
        *,
        in_order: bool,
    ) -> bool:
        """The same of few groups, as lists; False, and nothing is done, if that is to be done by arrays."""
        if not delta.firsts:
            return True
        if in_order:
            await self._writer.lock(connection, delta.groups)
        name, keys = self._states.features.name, self._keys.of_few(delta)
        known = self._table.few_decoded(self._stored(partitions, keys, homes))
        written = None if known is None else await self._writer.write_few(connection, known, delta)
        if written is None:
            return False
        applied.more_groups[name] += written.more_groups
        applied.from_table[name] += len(written.written)
        for partition in partitions:
            places = [place for place in written.written if homes[place] == partition]
            if places:
                are_all = len(places) == len(keys)
                states = written.states if are_all else written.states.at(places)
                values = self._table.few_values([keys[place] for place in places], states)
                applied.table_values[partition][name].extend(values)
        if written.recomputed is not None:
            applied.recomputed[name] += len(written.recomputed)
            self._keep(written.recomputed, keys, homes, partitions, applied)
        return True

    def _keep(
        self, states: pa.RecordBatch, keys: list[bytes], homes: Homes, partitions: Sequence[int], applied: Applied
    ) -> None:
        """Let the table of each partition know the states of its groups once they are committed."""
        values = self._table.values(states)
        for partition, of_partition in values.divided(dict(zip(keys, homes, strict=True)), partitions):
            applied.table_values[partition][self._states.features.name].extend(of_partition)

    def _adding(self, partitions: Sequence[int], changes: RowChanges) -> Mapping[bytes, int] | None:
        """For each group that rows were added to, a partition that they came from; None if all are of the only one.

        A group that rows were only taken from may live on a partition of another worker.
        """
        if len(partitions) == 1 and not len(changes.retracted):
            return None
        groups, places = self._states.groups(changes.added)
        homes = chosen(changes.partitions, places.tolist())
        return dict(zip(self._keys.of(groups).to_pylist(), homes, strict=True))

    def _stored(self, partitions: Sequence[int], keys: list[bytes], homes: Homes) -> list[bytes | None]:
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
