"""Micro-batches of a declared table to rows, deletions and rejects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.wire.byte_arrays import Places
from models.wire.decode import Decoder, Undecodable
from models.wire.definition import Definition, NotARowError, members_of
from models.wire.deletions import Deletions
from models.wire.encode import member_openings
from models.wire.keys import key_bytes
from streams.columns.byte_column import ByteColumn
from streams.columns.constant_column import chosen
from streams.decoding.decoded_values import DecodedValues
from streams.kafka.micro_batch import unpacked
from streams.rejects import dead_letters
from streams.rows.published_rows import PublishedRows

if TYPE_CHECKING:
    from models.declaration.model import RowTable
    from streams.kafka.micro_batch import MicroBatch
    from streams.rejects.dead_letters import DeadLetter

_WORTH_DECODING = 256
"""Records of a batch: the values of fewer take little memory while they wait."""


@dataclass(frozen=True, slots=True)
class RowBatch:
    """The rows and deletions of a micro-batch, one a key, by ascending key; and its rejects."""

    rows: PublishedRows
    deletions: PublishedRows
    """The keys of rows to delete."""
    letters: list[DeadLetter]
    """One for each record that is neither."""


class RowReader:
    """Reads the micro-batches of one table."""

    def __init__(self, table: RowTable) -> None:
        """Make it from the declaration."""
        self._table = table
        self._key = [column for name in table.key for column in table.columns if column.name == name]
        self._key_of = Definition(table, table.key)
        self._key_schema = pa.schema([(column.name, column.type.arrow) for column in self._key])
        self._decoder = Decoder(table)
        self._deletions = Deletions(table)

    def condensed(self, batch: MicroBatch) -> MicroBatch:
        """The batch with its values decoded, if it has many and all of them are rows."""
        if len(batch.values) < _WORTH_DECODING or not isinstance(batch.values, ByteColumn):
            return batch
        found = self._decoder.decode(batch.values.array)
        if len(found.rows) < len(batch.values):
            return batch
        return replace(batch, values=DecodedValues(self._table, found.rows))

    def may_delete(self, batch: MicroBatch) -> bool:
        """Whether a record of the batch may be a deletion."""
        return isinstance(batch.values, ByteColumn) and self._deletions.may_be_in(batch.values.array)

    def read(self, batch: MicroBatch) -> RowBatch:
        """What the batch holds: the newest publication or deletion of each key; of two equally new the deletion."""
        key = self._table.key
        if isinstance(batch.values, DecodedValues):
            rows = PublishedRows(batch.values.rows, batch.sources, batch.lines)
            return RowBatch(rows.newest(key), _published(batch, rows.rows.slice(0, 0), ()), [])
        found = self._decoder.decode(unpacked(batch.values).array, batch.key_at)
        rows = _published(batch, found.rows, found.indices).newest(key)
        if not len(found.deleted) and not found.undecodable:
            return RowBatch(rows, _published(batch, found.deleted, ()), [])
        deletions = _published(batch, found.deleted, found.deleted_indices).newest(key)
        letters = [self._letter(batch, bad) for bad in found.undecodable]
        if not len(deletions):
            return RowBatch(rows, deletions, letters)
        of_rows, of_deletions = self._newer(rows, deletions)
        return RowBatch(rows.at(of_rows), deletions.at(of_deletions), letters)

    @property
    def opening(self) -> bytes:
        """What each value begins with, in the form that our producer writes."""
        return member_openings(self._table.columns)[0]

    def read_at(self, block: bytes, starts: Places, ends: Places) -> DecodedValues | None:
        """The rows of the values that stand at these places of a block; None if one is not a row."""
        found = self._decoder.decode_at(block, starts, ends)
        return DecodedValues(self._table, found.rows) if len(found.rows) == len(starts) else None

    def key_bytes(self, rows: pa.RecordBatch) -> pa.BinaryArray:
        """The key of each row."""
        return key_bytes(self._key, rows)

    def row_id(self, value: bytes | None) -> str | None:
        """The key that a value names, whatever else is wrong with it; None if it names none."""
        if value is None:
            return None
        try:
            # Bytes that are not UTF-8 may stand in another column.
            key = self._key_of.read(members_of(value.decode(errors="replace").encode()))
        except NotARowError:
            return None
        named: bytes = self.key_bytes(pa.RecordBatch.from_pylist([key], self._key_schema))[0].as_py()
        return named.decode()

    def _letter(self, batch: MicroBatch, bad: Undecodable) -> DeadLetter:
        row_id = self.row_id(batch.values[bad.index])
        return dead_letters.of_record(batch, bad.index, bad.field, bad.reason, row_id=row_id)

    def _newer(self, rows: PublishedRows, deletions: PublishedRows) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The places of rows that are newer than their deletion, and of deletions of which there is no such row."""
        of_rows, of_deletions = (self.key_bytes(each.rows).to_pylist() for each in (rows, deletions))
        published = dict(zip(of_rows, zip(rows.sources, rows.lines, strict=True), strict=True))
        deleted = dict(zip(of_deletions, zip(deletions.sources, deletions.lines, strict=True), strict=True))
        kept = {key for key, publication in published.items() if key not in deleted or publication > deleted[key]}
        return (
            np.flatnonzero([key in kept for key in of_rows]),
            np.flatnonzero([key not in kept for key in of_deletions]),
        )


def _published(batch: MicroBatch, rows: pa.RecordBatch, indices: NDArray[np.int64] | tuple[()]) -> PublishedRows:
    """The rows found at these places of the batch."""
    if len(indices) == len(batch.offsets):
        return PublishedRows(rows, batch.sources, batch.lines)
    places = np.asarray(indices, np.int64)
    return PublishedRows(rows, chosen(batch.sources, places.tolist()), np.asarray(batch.lines)[places])
