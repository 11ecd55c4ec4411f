"""What a transaction adds to a table and takes off it."""

from __future__ import annotations

import pyarrow as pa


class RowChanges:
    """Rows added and rows retracted; a row may be both, where a later batch replaces what an earlier one stored."""

    def __init__(self, schema: pa.Schema) -> None:
        """Take the columns that are kept of each row."""
        self._schema = schema
        self._added, self._retracted = list[pa.RecordBatch](), list[pa.RecordBatch]()

    def add(self, added: pa.RecordBatch, *retracted: pa.RecordBatch) -> None:
        """Add what one batch did: rows stored, and rows that were replaced or deleted."""
        names = self._schema.names
        self._added.append(added.select(names))
        self._retracted += [rows.select(names) for rows in retracted if len(rows)]

    @property
    def added(self) -> pa.RecordBatch:
        """All rows added."""
        return self._joined(self._added)

    @property
    def retracted(self) -> pa.RecordBatch:
        """All rows retracted."""
        return self._joined(self._retracted)

    def _joined(self, parts: list[pa.RecordBatch]) -> pa.RecordBatch:
        if len(parts) == 1:
            return parts[0]
        return pa.concat_batches(parts) if parts else pa.RecordBatch.from_pylist([], self._schema)
