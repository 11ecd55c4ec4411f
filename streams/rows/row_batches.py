"""Micro-batches of a declared table to rows, deletions and rejects."""

from __future__ import annotations

from collections.abc import Sequence
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
from streams.columns.byte_column import ByteColumn, joined_byte_columns
from streams.columns.constant_column import ConstantColumn, chosen, joined_columns
from streams.decoding.decoded_values import DecodedValues
from streams.rejects import dead_letters
from streams.rows.published_rows import PublishedRows, joined_rows

if TYPE_CHECKING:
    from models.declaration.model import RowTable
    from streams.kafka.micro_batch import MicroBatch
    from streams.rejects.dead_letters import DeadLetter

_WORTH_DECODING = 256
"""Records of a batch: the values of fewer take little memory while they wait."""
_WORTH_JOINING = 4_000
"""Records up to which those of several partitions are decoded at once."""


@dataclass(frozen=True, slots=True)
class RowBatch:
    """The rows and deletions of micro-batches, one a key, by ascending key; and their rejects."""

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
        self._no_deletions = PublishedRows(pa.RecordBatch.from_pylist([], self._key_schema), (), (), ())

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

    def read(self, *batches: MicroBatch) -> RowBatch:
        """What the batches hold: the newest publication or deletion of each key; of two equally new the deletion."""
        key = self._table.key
        if (joined := self._joined_rows(batches)) is not None:
            return RowBatch(joined.newest(key), self._no_deletions, [])
        found = [self._read(batch) for batch in batches]
        rows = joined_rows([each.rows for each in found]).newest(key)
        deletions = joined_rows([each.deletions for each in found]).newest(key)
        letters = [letter for each in found for letter in each.letters]
        if not len(deletions):
            return RowBatch(rows, deletions, letters)
        of_rows, of_deletions = self._newer(rows, deletions)
        return RowBatch(rows.at(of_rows), deletions.at(of_deletions), letters)

    def _joined_rows(self, batches: Sequence[MicroBatch]) -> PublishedRows | None:
        """The rows of several partitions' records, decoded at once; None if they are many, or not all of them rows."""
        columns = [batch.values for batch in batches if isinstance(batch.values, ByteColumn)]
        if not len(columns) == len(batches) > 1 or sum(map(len, columns)) > _WORTH_JOINING:
            return None
        values = joined_byte_columns(columns).array
        rows = self._decoder.decode(values).rows
        if len(rows) < len(values):
            return None
        sources = joined_columns([batch.sources for batch in batches])
        lines = np.concatenate([np.asarray(batch.lines) for batch in batches])
        partitions = [batch.partition for batch in batches for _ in batch.offsets]
        return PublishedRows(rows, sources, lines, partitions)

    def _read(self, batch: MicroBatch) -> RowBatch:
        """All rows and deletions of a batch, as they come."""
        if isinstance(batch.values, DecodedValues):
            rows = batch.values.rows
            all_rows = _published(batch, rows, np.arange(len(rows)))
            return RowBatch(all_rows, _published(batch, rows.slice(0, 0).select(self._table.key), ()), [])
        found = self._decoder.decode(batch.values.array, batch.key_at)
        letters = [self._letter(batch, bad) for bad in found.undecodable]
        deletions = _published(batch, found.deleted, found.deleted_indices)
        return RowBatch(_published(batch, found.rows, found.indices), deletions, letters)

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
    partitions = ConstantColumn(batch.partition, len(rows))
    if len(indices) == len(batch.offsets):
        return PublishedRows(rows, batch.sources, batch.lines, partitions)
    places = np.asarray(indices, np.int64)
    return PublishedRows(rows, chosen(batch.sources, places.tolist()), np.asarray(batch.lines)[places], partitions)
