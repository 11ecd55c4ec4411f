"""Decoded records as columns, one row or deletion per id: the arrays that the statements bind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import lt
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.publication import Source
from streams.columns.byte_column import ByteColumn
from streams.columns.constant_column import ConstantColumn, chosen
from streams.decoding.row_decoder import RowDecoder
from streams.kafka.micro_batch import MicroBatch, unpacked
from streams.rejects import dead_letters
from streams.rejects.dead_letters import DeadLetter

RowT = TypeVar("RowT")

Publication = tuple[Source, int]
"""What orders publications: source and line."""


@dataclass(frozen=True, slots=True)
class DecodedRows(Generic[RowT]):
    """Rows beside the source and line of each."""

    rows: list[RowT]
    sources: Sequence[Source]
    lines: Sequence[int]

    def newest(self, row_id: Callable[[RowT], int]) -> DecodedRows[RowT]:
        """The newest publication of each id, by ascending id.

        ON CONFLICT cannot touch a row twice in one statement; ascending ids keep two workers from deadlocks.
        """
        ids = list(map(row_id, self.rows))
        if all(map(lt, ids, ids[1:])):
            return self
        if len(set(ids)) < len(ids):
            return self.at(self._newest_indices(ids))
        return self.at(sorted(range(len(ids)), key=ids.__getitem__))

    def _newest_indices(self, ids: Sequence[int]) -> list[int]:
        newest: dict[int, int] = {}
        for index, found in enumerate(ids):
            kept = newest.get(found)
            # Of two equal publications (a record sent twice) either will do.
            if kept is None or self._publication(index) >= self._publication(kept):
                newest[found] = index
        return [newest[found] for found in sorted(newest)]

    def _publication(self, index: int) -> Publication:
        return self.sources[index], self.lines[index]

    def publications(self) -> Iterator[Publication]:
        """What orders each row among the publications of its id."""
        return zip(self.sources, self.lines, strict=True)

    def at(self, indices: Sequence[int]) -> DecodedRows[RowT]:
        """The rows at these indices, in this order."""
        return DecodedRows(
            [self.rows[i] for i in indices], chosen(self.sources, indices), [self.lines[i] for i in indices]
        )

    def publication_arrays(self) -> tuple[list[int], list[Any], Sequence[int] | NDArray[np.int64], Sequence[int]]:
        """See `publication_arrays`."""
        return publication_arrays(self.sources, self.lines)


def publication_arrays(
    sources: Sequence[Source], lines: Sequence[int]
) -> tuple[list[int], list[Any], Sequence[int] | NDArray[np.int64], Sequence[int]]:
    """Publication times and load ids, each once; for each row, their 1-based index and its line."""
    # One load fills most batches: then no source needs to be looked at twice.
    if isinstance(sources, ConstantColumn):
        source = sources.value
        return [source.published_ms], [source.load_id], np.ones(len(sources), np.int64), lines
    numbers: dict[Source, int] = {}
    indices = [numbers.setdefault(source, len(numbers) + 1) for source in sources]
    return [source.published_ms for source in numbers], [source.load_id for source in numbers], indices, lines


@dataclass(frozen=True, slots=True)
class DecodedBatch(Generic[RowT]):
    """The rows and deletions of a micro-batch, and its rejects."""

    rows: DecodedRows[RowT]
    deletions: DecodedRows[int]
    """The ids of rows to delete."""
    letters: list[DeadLetter]
    """One for each record that is neither."""

    def newest(self, row_id: Callable[[RowT], int]) -> tuple[DecodedRows[RowT], DecodedRows[int]]:
        """The newest publication or deletion of each id, by ascending id; of two equally new the deletion."""
        rows = self.rows.newest(row_id)
        if not self.deletions.rows:
            return rows, self.deletions
        deletions = self.deletions.newest(int)
        ids = list(map(row_id, rows.rows))
        published = dict(zip(ids, rows.publications(), strict=True))
        deleted = dict(zip(deletions.rows, deletions.publications(), strict=True))
        kept = {i for i, publication in published.items() if i not in deleted or publication > deleted[i]}
        return (
            rows.at([index for index, found in enumerate(ids) if found in kept]),
            deletions.at([index for index, found in enumerate(deletions.rows) if found not in kept]),
        )


class BatchDecoder(Generic[RowT]):
    """Decodes the records of one topic."""

    def __init__(self, decoder: RowDecoder[Any]) -> None:
        self._decoder = decoder

    def may_delete(self, batch: MicroBatch) -> bool:
        """Whether a record of the batch may be a deletion."""
        return isinstance(batch.values, ByteColumn) and self._decoder.may_delete(batch.values)

    def read(self, batch: MicroBatch) -> DecodedBatch[RowT]:
        """The batch's rows and deletions, and a dead letter for each record that is neither."""
        values = unpacked(batch.values)
        rows, indices, deleted, undecodable = self._decoder.decode(values, batch.key_at)
        if len(rows) == len(values):
            return DecodedBatch(DecodedRows(rows, batch.sources, batch.lines), DecodedRows([], [], []), [])
        return DecodedBatch(
            _published(batch, rows, indices),
            _published(batch, [found.row_id for found in deleted], [found.index for found in deleted]),
            [dead_letters.of_record(batch, bad.index, bad.field, bad.reason) for bad in undecodable],
        )


def _published(batch: MicroBatch, rows: list[RowT], indices: Sequence[int]) -> DecodedRows[RowT]:
    """The rows found at these indices of the batch."""
    return DecodedRows(rows, chosen(batch.sources, indices), [batch.lines[index] for index in indices])
