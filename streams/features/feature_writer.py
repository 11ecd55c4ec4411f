"""Changes of groups as rows of a feature table: from the states that are known, else recomputed from their rows.

The statements are made from the declaration in `models.sql.features`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.aggregates.aggregate import divisor_of
from models.sql import features as statements
from models.sql import groups as group_statements
from models.states.feature_states import VERSION, FeatureStates
from models.states.few_groups import FewDeltas, FewGroups, FewStates
from models.wire.keys import GroupKeys
from streams.decoding.stored_rows import StoredRowReader
from streams.postgres.few_rows import FewRows

if TYPE_CHECKING:
    from models.states.state import Flags, State
    from streams.postgres.connection import Connection

ROWS_AT_ONCE = 20_000
"""Rows of groups in memory at the same time, while states are computed from them."""


@dataclass(frozen=True, slots=True)
class WrittenFeatures:
    """What a transaction wrote, for the Faust table once it is committed."""

    states: pa.RecordBatch
    """Of all groups. One without rows has no row of features any more."""
    more_groups: int
    """How many more groups have a row of features now."""
    recomputed: int
    """How many were computed from all of their rows."""


@dataclass(frozen=True, slots=True)
class WrittenFewFeatures:
    """The same of few groups."""

    states: FewStates
    """Of all groups as they were to be written."""
    written: Sequence[int]
    """Which of them were."""
    recomputed: pa.RecordBatch | None
    """The states of the others, computed from all of their rows."""
    more_groups: int


def new_version() -> int:
    """A number no other batch has, growing with time: milliseconds, then 20 random bits.

    Were it a count for each group, a row deleted and made again could come to a version that a stale table knows.
    """
    return (time.time_ns() // 1_000_000) << 20 | secrets.randbits(20)


class FeatureWriter:
    """Writes one feature table."""

    def __init__(self, states: FeatureStates) -> None:
        """Take the states of the table's groups."""
        self._states = states
        self._stored = StoredRowReader(states.features.rows)
        features = states.features
        self._few = FewGroups(states)
        self._types = {**states.output_types, VERSION: pa.int64()}
        self._keys = GroupKeys(features)
        self._divided = statements.divided(features)
        self._rows_of_extremes = {
            state: group_statements.rows_of_extremes(features, name) for state, name in states.extremes.items()
        }
        self._write = statements.write(features)
        self._lock_in_order = statements.lock_in_order(features)
        self._lock_or_create = statements.lock_or_create(features)
        self._rewrite = statements.rewrite(features)
        self._delete_groups = statements.delete_groups(features)
        self._rows_of_groups = group_statements.rows_of_groups(features)

    async def lock(self, connection: Connection, groups: pa.RecordBatch) -> None:
        """Lock the rows that these groups have, in order; writing them locks them in what order it comes to them."""
        await connection.execute(self._lock_in_order, self._named(groups))

    async def write(self, connection: Connection, known: pa.RecordBatch, delta: pa.RecordBatch) -> WrittenFeatures:
        """Apply a delta to the known states and write the rows of all touched groups.

        Args:
            connection: inside the batch's transaction.
            known: what the table holds of the touched groups; one whose version is 0 is taken for new.
            delta: of the same groups, in ascending order.
        """
        version, expected = new_version(), known.column(VERSION).to_numpy()
        states, lost = self._states.merged(known, delta, version)
        if lost:
            states = await self._restored(connection, states, lost)
        hold = self._states.holds(states, expected)
        binds = self._binds(states.filter(pa.array(hold)), expected[hold])
        inserted, deleted, places = await self._write_rows(connection, *binds)
        written: NDArray[np.bool_] = np.zeros(len(states), np.bool_)
        written[np.flatnonzero(hold)[places]] = True
        if written.all():
            return WrittenFeatures(states, inserted - deleted, 0)
        recomputed, more = await self._rebuild(connection, states.filter(pa.array(~written)), version)
        kept = states.filter(pa.array(written))
        return WrittenFeatures(pa.concat_batches([kept, recomputed]), inserted - deleted + more, len(recomputed))

    async def write_few(self, connection: Connection, known: FewStates, delta: FewDeltas) -> WrittenFewFeatures | None:
        """The same of few groups; None, and nothing is done, if that is to be done by arrays."""
        version = new_version()
        states = self._few.merged(known, delta, version)
        if states is None:
            return None
        inserted, deleted, found = await self._write_rows(connection, *self._few_binds(states, known, delta))
        everywhere = range(len(known.versions))
        if isinstance(found, slice):
            return WrittenFewFeatures(states, everywhere, None, inserted - deleted)
        places = found.tolist()
        groups = delta.groups.take(pa.array(sorted({*everywhere}.difference(places))))
        recomputed, more = await self._rebuild(connection, groups, version)
        return WrittenFewFeatures(states, places, recomputed, inserted - deleted + more)

    async def _write_rows(self, connection: Connection, *binds: object) -> tuple[int, int, NDArray[np.int64] | slice]:
        """How many rows were inserted, and deleted; and the places of all states that were written."""
        [row] = await connection.fetch(self._write, *binds)
        places = slice(None) if row["written"] is None else np.asarray(row["written"], np.int64) - 1
        return row["inserted"], row["deleted"], places

    async def _restored(
        self, connection: Connection, states: pa.RecordBatch, lost: Mapping[State, Flags]
    ) -> pa.RecordBatch:
        """The states with the extremes that some groups have lost, from the rows that have them now.

        The groups' rows are locked before: who changes the rows of a group after that finds another version.
        """
        for state, flags in lost.items():
            named = self._named(states.filter(pa.array(flags)))
            await connection.execute(self._lock_in_order, named)
            rows = await connection.fetch(self._rows_of_extremes[state], named)
            found = self._stored.read(row["row"] for row in rows)
            states = self._states.restored(states, {state: flags}, found)
        return states

    async def _rebuild(
        self, connection: Connection, groups: pa.RecordBatch, version: int
    ) -> tuple[pa.RecordBatch, int]:
        """The states of groups, computed from all of their rows and written, and how many more groups have a row."""
        named = self._named(groups, version)
        created = await connection.fetchval(self._lock_or_create, named)
        states = await self._computed(connection, groups, version)
        has_rows = self._states.rows(states) > 0
        kept = states.filter(pa.array(has_rows))
        if len(kept):
            await connection.execute(self._rewrite, *self._binds(kept, np.zeros(len(kept), np.int64)))
        if len(kept) < len(states):
            await connection.execute(self._delete_groups, named.filter(pa.array(~has_rows)))
        # Rows made by the lock count as new, rows emptied as gone.
        return states, created - (len(states) - len(kept))

    async def _computed(self, connection: Connection, groups: pa.RecordBatch, version: int) -> pa.RecordBatch:
        """The states of groups from all of their rows, some thousands at a time."""
        # A statement of its own after the lock: its snapshot then holds what the lock had to wait for.
        states = self._states.unknown(groups)
        keys = self._keys.of(states)
        cursor = await connection.cursor(self._rows_of_groups, self._named(groups))
        while rows := await cursor.fetch(ROWS_AT_ONCE):
            added = self._stored.read(row["row"] for row in rows)
            delta = self._states.delta(added, added.slice(0, 0))
            places = pc.index_in(self._keys.of(delta), keys)
            changed = self._states.merged(states.take(places), delta, version).states
            order = np.arange(len(states))
            order[np.asarray(places)] = len(states) + np.arange(len(changed))
            states = pa.concat_batches([states, changed]).take(pa.array(order))
        return states

    def _binds(self, states: pa.RecordBatch, expected: NDArray[np.int64]) -> tuple[object, ...]:
        """Rows of features, their expected versions, and what their means are divided by."""
        outputs = self._states.outputs(states)
        divisors = [divisor_of(name) for name in self._divided]
        versions = pa.array(states.column(VERSION).to_numpy(), mask=self._states.rows(states) == 0)
        rows = outputs.drop_columns(divisors).append_column(VERSION, versions)
        return rows, expected, *(outputs.column(name).to_numpy() for name in divisors)

    def _few_binds(self, states: FewStates, known: FewStates, delta: FewDeltas) -> tuple[object, ...]:
        """The same of few groups."""
        columns = self._few.outputs(states)
        divisors = [columns.pop(divisor_of(name)) for name in self._divided]
        columns |= dict(zip(self._keys.names, delta.keys, strict=True))
        columns[VERSION] = [
            version if rows else None for version, rows in zip(states.versions, states.rows, strict=True)
        ]
        return FewRows(self._types, columns), known.versions, *divisors

    def _named(self, states: pa.RecordBatch, version: int = 0) -> pa.RecordBatch:
        """Rows of features with nothing but their groups and a version."""
        groups = states.select(self._keys.names)
        return groups.append_column(VERSION, pa.array(np.full(len(states), version, np.int64)))
