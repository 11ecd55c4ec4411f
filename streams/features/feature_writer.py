"""Changes of groups as rows of a feature table: from the states that are known, else computed anew from their rows."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from models.sql import features as statements
from models.sql import groups as group_statements
from models.states.feature_states import FeatureStates

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from models.declaration.model import FeatureTable
    from models.states.state import Flags, State
    from streams.postgres.connection import Connection
    from streams.rows.stored_json import StoredRowReader

ROWS_AT_ONCE = 20_000
"""Rows of groups in memory at the same time, while states are computed anew."""


@dataclass(frozen=True, slots=True)
class WrittenFeatures:
    """What a transaction wrote, for the Faust table once it is committed."""

    states: pa.RecordBatch
    """Of all groups. One without rows has no row of features any more."""
    more_groups: int
    """How many more groups have a row of features now."""
    rebuilt: int
    """How many were computed anew from their rows."""


def new_version() -> int:
    """A number no other batch has, growing with time: milliseconds, then 20 random bits.

    Were it a count for each group, a row deleted and made again could come to a version that a stale table knows.
    """
    return (time.time_ns() // 1_000_000) << 20 | secrets.randbits(20)


class FeatureWriter:
    """Writes one feature table."""

    def __init__(self, states: FeatureStates, stored: StoredRowReader) -> None:
        """Take the states of the table's groups, and what reads rows of the table that it is made of."""
        self._states = states
        self._stored = stored
        features = states.features
        self._write = statements.write(features)
        self._lock_in_order = statements.lock_in_order(features)
        self._lock_or_create = statements.lock_or_create(features)
        self._rewrite = statements.rewrite(features)
        self._delete_groups = statements.delete_groups(features)
        self._rows_of_groups = group_statements.rows_of_groups(features)

    async def lock(self, connection: Connection, groups: pa.RecordBatch) -> None:
        """Lock the rows that these groups have, in order; writing them locks them in what order it comes to them."""
        await connection.execute(self._lock_in_order, self._group_columns(groups))

    async def write(self, connection: Connection, known: pa.RecordBatch, delta: pa.RecordBatch) -> WrittenFeatures:
        """Apply a delta to the known states and write the rows of all touched groups.

        Args:
            connection: inside the batch's transaction.
            known: what the table holds of the touched groups; one whose version is 0 is taken for new.
            delta: of the same groups, in ascending order.
        """
        version, expected = new_version(), known.column("version").to_numpy()
        states, lost = self._states.merged(known, delta, version)
        hold = self._states.holds(states, expected)
        if lost:
            hold &= ~np.logical_or.reduce(list(lost.values()))
        chosen = states if hold.all() else states.filter(pa.array(hold))
        [row] = await connection.fetch(self._write, *self._binds(chosen, expected[hold]))
        if row["written"] is not None:
            written = np.zeros(len(states), np.bool_)
            written[np.flatnonzero(hold)[np.asarray(row["written"], np.int64) - 1]] = True
            hold = written
        more = row["inserted"] - row["deleted"]
        if hold.all():
            return WrittenFeatures(states, more, 0)
        rebuilt, created = await self._rebuild(connection, states.filter(pa.array(~hold)), version)
        kept = states.filter(pa.array(hold))
        return WrittenFeatures(pa.concat_batches([kept, rebuilt]), more + created, len(rebuilt))

    async def _rebuild(
        self, connection: Connection, groups: pa.RecordBatch, version: int
    ) -> tuple[pa.RecordBatch, int]:
        """The states of groups, computed anew and written, and how many more groups have a row now."""
        named = self._group_columns(groups, version)
        created = await connection.fetchval(self._lock_or_create, named)
        # A statement of its own after the lock: its snapshot then holds what the lock had to wait for.
        states = await self._computed(connection, groups, version)
        has_rows = self._states.rows(states) > 0
        if has_rows.any():
            kept = states.filter(pa.array(has_rows))
            await connection.execute(self._rewrite, *self._binds(kept, np.zeros(len(kept), np.int64)))
        if not has_rows.all():
            await connection.execute(self._delete_groups, named.filter(pa.array(~has_rows)))
        # Rows made by the lock count as new, rows emptied as gone.
        return states, created - int(np.count_nonzero(~has_rows))
