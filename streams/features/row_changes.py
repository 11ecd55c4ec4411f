"""What a transaction adds to a table and takes off it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from streams.columns.constant_column import joined_columns


class RowChanges:
    """Rows added and rows retracted; a row may be both, where a later batch replaces what an earlier one stored."""

    def __init__(self, schema: pa.Schema) -> None:
        """Take the columns that are kept of each row."""
        nothing = pa.RecordBatch.from_pylist([], schema)
        self._added, self._retracted = [nothing], [nothing]
        self._partitions: list[Sequence[int]] = []

    def add(self, added: pa.RecordBatch, partitions: Sequence[int], *retracted: pa.RecordBatch) -> None:
        """Add what one statement did.

        Args:
            added: rows that were stored.
            partitions: where each of them came from.
            retracted: rows that were replaced or deleted.
        """
        names = self._added[0].schema.names
        self._added.append(added.select(names))
        self._partitions.append(partitions)
        self._retracted += [rows.select(names) for rows in retracted]

    @property
    def added(self) -> pa.RecordBatch:
        """All rows added."""
        return pa.concat_batches(self._added)

    @property
    def partitions(self) -> Sequence[int]:
        """Where each of the rows added came from."""
        return joined_columns(self._partitions)

    @property
    def retracted(self) -> pa.RecordBatch:
        """All rows retracted."""
        return pa.concat_batches(self._retracted)
