"""What a transaction adds to a table and takes off it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from models.states.narrow_columns import joined, narrowed
from streams.columns.constant_column import joined_columns


class RowChanges:
    """Rows added and rows retracted; a row may be both, where a later batch replaces what an earlier one stored."""

    def __init__(self, schema: pa.Schema, *, narrow: bool = True) -> None:
        """Take the columns that are kept of each row, and whether to narrow them: few rows are not worth it."""
        self._schema = schema
        self._narrow = narrow
        self._added, self._retracted = list[pa.RecordBatch](), list[pa.RecordBatch]()
        self._partitions: list[Sequence[int]] = []

    def add(self, added: pa.RecordBatch, partitions: Sequence[int], *retracted: pa.RecordBatch) -> None:
        """Add what one statement did.

        Args:
            added: rows that were stored.
            partitions: where each of them came from.
            retracted: rows that were replaced or deleted.
        """
        self._added.append(self._kept(added))
        self._partitions.append(partitions)
        self._retracted += [self._kept(rows) for rows in retracted if len(rows)]

    @property
    def added(self) -> pa.RecordBatch:
        """All rows added, perhaps narrowed."""
        return self._joined(self._added)

    @property
    def partitions(self) -> Sequence[int]:
        """Where each of the rows added came from."""
        return joined_columns(self._partitions)

    @property
    def retracted(self) -> pa.RecordBatch:
        """All rows retracted, perhaps narrowed."""
        return self._joined(self._retracted)

    def _kept(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        columns = rows.select(self._schema.names)
        return narrowed(columns) if self._narrow else columns

    def _joined(self, parts: list[pa.RecordBatch]) -> pa.RecordBatch:
        if parts:
            return parts[0] if len(parts) == 1 else joined(parts)
        return self._added[0].slice(0, 0) if self._added else pa.RecordBatch.from_pylist([], self._schema)
