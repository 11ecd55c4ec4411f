"""Values of records to rows, a whole batch at a time.

Values in the form that `models.wire.encode` writes are read by columns, others after their members were rearranged;
few are decoded each by itself (`models.wire.few_reader`). What is left, also by a declared limit, goes the way of
`models.wire.definition`. All ways give the same; property tests hold them together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.declaration.model import RowTable
from models.types.plain_values import FEW
from models.wire.byte_arrays import MAX_BLOCK, Places, texts_at
from models.wire.definition import Definition, NotARowError, Values, members_of
from models.wire.deletions import Deletions
from models.wire.escapes import hidden
from models.wire.few_reader import FewReader
from models.wire.form_reader import FormReader, FormRows
from models.wire.limits import Flags, Limits
from models.wire.rearrange import Rearrangement

Indices: TypeAlias = NDArray[np.int64]


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

    def __init__(self, table: RowTable, few: int = FEW, *, stored: bool = False) -> None:
        """Make it from the declaration.

        Args:
            table: of the rows.
            few: of fewer values than these, each is read by itself.
            stored: whether the rows were found valid before: then neither limits nor functions of the model count.
        """
        self._few = few
        self._is_alone = table.has_validators and not stored
        self._form = FormReader(table)
        self._few_reader = FewReader(table)
        self._escaped_form = FormReader(table, escapes=True)
        self._rearrangement = Rearrangement(table)
        self._limits = None if stored else Limits(table)
        self._definition = Definition(table, stored=stored)
        self._deletions = Deletions(table)
        self._rows = pa.schema([(column.name, column.type.arrow) for column in table.columns])
        self._keys = pa.schema([self._rows.field(name) for name in table.key])
        no_indices: Indices = np.zeros(0, np.int64)
        self._nothing = Decoded(_batch([], self._rows), no_indices, _batch([], self._keys), no_indices, [])

    def decode(self, values: pa.BinaryArray, key_of: Callable[[int], bytes | None] = lambda _: None) -> Decoded:
        """Decode each value.

        Args:
            values: of records; None for one without value.
            key_of: the key of a record without value, by its index among the values.
        """
        if not len(values):
            return self._nothing
        if self._is_alone or len(values) < self._few:
            return self._few_rows(values.to_pylist(), key_of)
        found = self._within_limits(self._form.read(values))
        others = _others(len(values), found.indices)
        if len(others) >= max(self._few, 1):
            found = self._with_rearranged(found, values, others)
            others = _others(len(values), found.indices)
        if not len(others):
            return self._nothing._replace(**found._asdict())
        alone = self._one_by_one(values.take(pa.array(others)).to_pylist(), others, key_of)
        return alone._replace(**_in_order([found, FormRows(alone.rows, alone.indices)])._asdict())

    def decode_at(self, block: bytes | memoryview, starts: Places, ends: Places) -> Decoded:
        """Decode the values that stand at these places of a block, one after the other, with anything between.

        Raises:
            ValueError: the places are not of the block, or not one after the other.
        """
        bounds = np.stack((starts, ends), axis=1).ravel()
        if len(bounds) and (bounds[0] < 0 or bounds[-1] > min(len(block), MAX_BLOCK) or (np.diff(bounds) < 0).any()):
            raise ValueError(f"values do not stand one after the other in their block of {len(block):,} bytes")
        return self.decode(texts_at(block, starts, ends))

    def _few_rows(self, values: list[bytes | None], key_of: Callable[[int], bytes | None]) -> Decoded:
        indices = np.arange(len(values))
        rows = None if self._is_alone else self._few_reader.read(values)
        if rows is None:
            return self._one_by_one(values, indices, key_of)
        return self._nothing._replace(rows=rows, indices=indices)

    def _with_rearranged(self, found: FormRows, values: pa.BinaryArray, others: Indices) -> FormRows:
        """The rows of the values in other forms beside those that were found."""
        arranged = hidden([self._rearrangement.of(value) for value in values.take(pa.array(others)).to_pylist()])
        rows, indices = self._within_limits(self._escaped_form.read(arranged))
        return _in_order([found, FormRows(rows, others[indices])])

    def _within_limits(self, found: FormRows) -> FormRows:
        if self._limits is None:
            return found
        kept = self._limits.kept(found.rows)
        return found if kept.all() else FormRows(found.rows.filter(pa.array(kept)), found.indices[kept])

    def _one_by_one(
        self, values: list[bytes | None], indices: Indices, key_of: Callable[[int], bytes | None]
    ) -> Decoded:
        rows, of_rows, deleted, of_deleted = list[Values](), list[int](), list[Values](), list[int]()
        undecodable: list[Undecodable] = []
        for index, value in zip(indices.tolist(), values, strict=True):
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
        found = self._nothing._replace(
            rows=_batch(rows, self._rows), indices=np.array(of_rows, np.int64), undecodable=undecodable
        )
        if not deleted:
            return found
        return found._replace(deleted=_batch(deleted, self._keys), deleted_indices=np.array(of_deleted, np.int64))

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


def _others(count: int, indices: Places) -> Indices:
    missing: Flags = np.ones(count, np.bool_)
    missing[indices] = False
    return np.flatnonzero(missing)


def _in_order(parts: list[FormRows]) -> FormRows:
    """The rows of several ways in the order of their values."""
    parts = [part for part in parts if len(part.indices)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    indices = np.concatenate([part.indices for part in parts])
    order = np.argsort(indices)
    return FormRows(pa.concat_batches([part.rows for part in parts]).take(pa.array(order)), indices[order])
