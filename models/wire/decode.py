"""Values of records to rows, a whole batch at a time.

Values in the form that `models.wire.encode` writes are read by columns; each other one, and each that does not keep a
declared limit, goes the way of `models.wire.definition`. Both give the same; property tests hold them together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.declaration.model import RowTable
from models.wire.byte_arrays import Places, texts_at
from models.wire.definition import Definition, NotARowError, Values, members_of
from models.wire.deletions import Deletions
from models.wire.form_reader import FormReader
from models.wire.limits import Limits

Indices: TypeAlias = NDArray[np.int64]
FEW: Final = 32
"""Values of which it takes less to read each by itself."""


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A value that is not a row and deletes none."""

    index: int
    """Where it stood among the values given."""
    field: str | None
    reason: str


class Decoded(NamedTuple):
    """What a batch of values holds, in their order; each value is in one of the three."""

    rows: pa.RecordBatch
    """The declared columns."""
    indices: Indices
    """Where the value of each row stood among the values given."""
    deleted: pa.RecordBatch
    """The key columns of the rows that are deleted."""
    deleted_indices: Indices
    undecodable: list[Undecodable]


class Decoder:
    """Decodes the values of one table's topic."""

    def __init__(self, table: RowTable, few: int = FEW) -> None:
        """Make it from the declaration; of fewer values than `few`, each is read by itself."""
        self._few = few
        self._form = FormReader(table)
        self._limits = Limits(table)
        self._definition = Definition(table)
        self._deletions = Deletions(table)
        self._rows = pa.schema([(column.name, column.type.arrow) for column in table.columns])
        self._keys = pa.schema([self._rows.field(name) for name in table.key])

    def decode(self, values: pa.BinaryArray, key_of: Callable[[int], bytes | None] = lambda _: None) -> Decoded:
        """Decode each value.

        Args:
            values: of records; None for one without value.
            key_of: the key of a record without value, by its index among the values.
        """
        if len(values) < self._few:
            return self._one_by_one(values, np.arange(len(values)), key_of)
        rows, indices = self._form.read(values)
        kept = self._limits.kept(rows)
        if not kept.all():
            rows, indices = rows.filter(pa.array(kept)), indices[kept]
        if len(indices) == len(values):
            return Decoded(rows, indices, _batch([], self._keys), np.zeros(0, np.int64), [])
        others = np.setdiff1d(np.arange(len(values)), indices, assume_unique=True)
        return _with(rows, indices, self._one_by_one(values, others, key_of))

    def decode_at(self, block: bytes | memoryview, starts: Places, ends: Places) -> Decoded:
        """Decode the values that stand at these places of a block, one after the other, with anything between."""
        return self.decode(texts_at(block, starts, ends))

    def _one_by_one(self, values: pa.BinaryArray, indices: Indices, key_of: Callable[[int], bytes | None]) -> Decoded:
        rows, of_rows, deleted, of_deleted = list[Values](), list[int](), list[Values](), list[int]()
        undecodable: list[Undecodable] = []
        each = values.take(pa.array(indices)).to_pylist()
        for index, value in zip(indices.tolist(), each, strict=True):
            try:
                key, row = self._read(value, index, key_of)
            except NotARowError as fault:
                undecodable.append(Undecodable(index, fault.field, fault.reason))
                continue
            if key is not None:
                deleted.append(key)
                of_deleted.append(index)
            elif row is not None:
                rows.append(row)
                of_rows.append(index)
        return Decoded(
            _batch(rows, self._rows),
            np.array(of_rows, np.int64),
            _batch(deleted, self._keys),
            np.array(of_deleted, np.int64),
            undecodable,
        )

    def _read(
        self, value: bytes | None, index: int, key_of: Callable[[int], bytes | None]
    ) -> tuple[Values | None, Values | None]:
        """The key that a record deletes, or its row.

        Raises:
            NotARowError: it is neither.
        """
        if value is None:
            return self._deletions.named_by_key(key_of(index)), None
        members = members_of(value)
        key = self._deletions.named_by_message(members)
        return (key, None) if key is not None else (None, self._definition.read(members))


def _batch(rows: list[Values], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema)


def _with(rows: pa.RecordBatch, indices: Indices, others: Decoded) -> Decoded:
    """Rows of both ways in the order of their values."""
    if not len(others.indices):
        return others._replace(rows=rows, indices=indices)
    together = np.concatenate((indices, others.indices))
    order = np.argsort(together)
    joined = pa.concat_batches([rows, others.rows]).take(pa.array(order))
    return others._replace(rows=joined, indices=together[order])
