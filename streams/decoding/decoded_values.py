"""Values of records as the rows that they hold, in narrow columns: a sixth of the memory of their JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import pyarrow as pa

from models.states.narrow_columns import joined, narrowed, widened
from models.wire.encode import json_values

if TYPE_CHECKING:
    from models.declaration.model import RowTable


class DecodedValues(Sequence[bytes]):
    """The rows of consecutive records; as a sequence, their JSON, in the form that our producer writes."""

    __slots__ = ("_schema", "narrow", "table")

    def __init__(self, table: RowTable, rows: pa.RecordBatch, schema: pa.Schema | None = None) -> None:
        """Take the table, and a row for each record; narrowed, if the schema says what they were before."""
        self.table = table
        self.narrow = narrowed(rows) if schema is None else rows
        self._schema = rows.schema if schema is None else schema

    @property
    def rows(self) -> pa.RecordBatch:
        """A row for each record, made when asked for."""
        return widened(self.narrow, self._schema)

    @property
    def nbytes(self) -> int:
        """What they take of memory."""
        size: int = self.narrow.nbytes
        return size

    def __len__(self) -> int:
        """How many there are."""
        return len(self.narrow)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> DecodedValues: ...
    def __getitem__(self, index: int | slice) -> bytes | DecodedValues:
        """One value, or those of consecutive records."""
        if isinstance(index, slice):
            start, stop, _ = index.indices(len(self))
            return self._with(self.narrow.slice(start, max(0, stop - start)))
        place = range(len(self))[index]
        value: bytes = json_values(self.table, self[place : place + 1].rows)[0].as_py()
        return value

    def joined(self, later: Sequence[DecodedValues]) -> DecodedValues:
        """These and those of others, one after the other."""
        return self._with(joined([self.narrow, *(part.narrow for part in later)]))

    def _with(self, narrow: pa.RecordBatch) -> DecodedValues:
        return DecodedValues(self.table, narrow, self._schema)
