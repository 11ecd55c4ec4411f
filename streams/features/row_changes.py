"""What a transaction adds to a table and takes off it."""

from __future__ import annotations

import pyarrow as pa

from models.states.narrow_columns import joined, narrowed


class RowChanges:
    """Rows added and rows retracted; a row may be both, where a later batch replaces what an earlier one stored."""

    def __init__(self, schema: pa.Schema) -> None:
        """Take the columns that are kept of each row."""
        nothing = narrowed(pa.RecordBatch.from_pylist([], schema))
        self._added, self._retracted = [nothing], [nothing]

    def add(self, added: pa.RecordBatch, *retracted: pa.RecordBatch) -> None:
        """Add what one batch did: rows stored, and rows that were replaced or deleted."""
        names = self._added[0].schema.names
        self._added.append(narrowed(added.select(names)))
        self._retracted += [narrowed(rows.select(names)) for rows in retracted]

    @property
    def added(self) -> pa.RecordBatch:
        """All rows added, narrowed."""
        return joined(self._added)

    @property
    def retracted(self) -> pa.RecordBatch:
        """All rows retracted, narrowed."""
        return joined(self._retracted)
