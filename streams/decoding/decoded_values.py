"""Values of records as the rows that they hold: a third of the memory of their JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import pyarrow as pa

from models.wire.encode import json_values

if TYPE_CHECKING:
    from models.declaration.model import RowTable


class DecodedValues(Sequence[bytes]):
    """The rows of consecutive records; as a sequence, their JSON, in the form that our producer writes."""

    __slots__ = ("rows", "table")

    def __init__(self, table: RowTable, rows: pa.RecordBatch) -> None:
        """Take the table, and a row for each record."""
        self.table = table
        self.rows = rows

    @property
    def nbytes(self) -> int:
        """What they take of memory."""
        size: int = self.rows.nbytes
        return size

    def __len__(self) -> int:
        """How many there are."""
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> DecodedValues: ...
    def __getitem__(self, index: int | slice) -> bytes | DecodedValues:
        """One value, or those of consecutive records."""
        if isinstance(index, slice):
            start, stop, _ = index.indices(len(self))
            return DecodedValues(self.table, self.rows.slice(start, max(0, stop - start)))
        value: bytes = json_values(self.table, self.rows.slice(range(len(self))[index], 1))[0].as_py()
        return value


def joined_decoded(parts: Sequence[DecodedValues]) -> DecodedValues:
    """Those of several, one after the other."""
    return DecodedValues(parts[0].table, pa.concat_batches([part.rows for part in parts]))
