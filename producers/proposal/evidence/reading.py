"""The rows of files, read as a load reads them, for what they show of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from producers.proposal.evidence.chunks import ROWS_OF_A_KIND, Chunk, FileChunks
from producers.proposal.evidence.column_evidence import ColumnEvidence
from producers.proposal.evidence.file_groups import FileGroup, HeadedFile
from producers.proposal.evidence.hashes import hashes_of, together
from producers.proposal.evidence.repeats import Counts, Hashes, Repeats
from producers.proposal.evidence.values import Values


@dataclass
class KindEvidence:
    """What was seen of the files of one kind."""

    group: FileGroup
    columns: dict[str, ColumnEvidence]
    """By the name in the header, in lower case."""
    unique: dict[str, Uniqueness]
    rows: int = 0
    files: int = 0
    is_whole: bool = True
    """Whether all rows of all files were read."""
    misfits: int = 0
    """Rows that could not be read, or have not as many fields as the header."""
    first_misfit: str = ""


class Uniqueness:
    """Whether one column, or several together, name a row, within each file and among all."""

    def __init__(self) -> None:
        """Begin without values."""
        self.seen = 0
        """How many values are followed, file by file."""
        self._followed = 0
        self.is_exact = True
        """Whether all values are followed."""
        self._of_file = Repeats()
        self._of_all = Repeats()

    def add(self, hashes: Hashes) -> None:
        """Take the hashes of rows' values."""
        self._of_file.add(hashes)
        self._of_all.add(hashes)

    def end_file(self) -> None:
        """The next value is of another file."""
        ended, self._of_file = self._of_file, Repeats()
        self.seen += ended.seen
        self._followed += ended.followed
        self.is_exact &= ended.is_exact and self._of_all.is_exact

    @property
    def repeated(self) -> int:
        """How many values occurred before in their file, of those that are followed."""
        return self.seen - self._followed

    @property
    def share_repeated(self) -> float:
        """The same as a share."""
        return self.repeated / self.seen if self.seen else 1.0

    @property
    def share_again(self) -> float:
        """The share of the values that an earlier file has: that of corrected rows, or of what names no row."""
        found = self._of_all
        return max(0.0, (found.seen - found.followed) / found.seen - self.share_repeated) if found.seen else 0.0


def read_kind(group: FileGroup, *, whole: bool) -> KindEvidence:
    """Read the files of a kind for what their columns hold.

    Raises:
        OSError: a file cannot be read.
    """
    names = group.columns
    found = KindEvidence(group, {name: ColumnEvidence() for name in names}, {name: Uniqueness() for name in names})
    once = Repeats()
    for file in _files(found, whole=whole):
        for chunk in _chunks(file, found, whole=whole):
            _note(found, chunk, once)
        for name in names:
            found.columns[name].end_file(file.file.name)
            found.unique[name].end_file()
        found.files += 1
    return found


def uniqueness(
    group: FileGroup, choices: Sequence[tuple[str, ...]], *, whole: bool
) -> dict[tuple[str, ...], Uniqueness]:
    """Whether columns together name a row; the files are read once more.

    Raises:
        OSError: a file cannot be read.
    """
    places = {name: place for place, name in enumerate(group.columns)}
    found = {choice: Uniqueness() for choice in choices}
    again = KindEvidence(group, {}, {})
    once = Repeats()
    for file in _files(again, whole=whole):
        for chunk in _chunks(file, again, whole=whole):
            hashes = [hashes_of(column) for column in chunk.columns]
            kept = ~once.were_there(together(hashes))
            for choice, unique in found.items():
                unique.add(together([hashes[places[name]] for name in choice])[kept])
        for unique in found.values():
            unique.end_file()
    return found


def _files(found: KindEvidence, *, whole: bool) -> Iterator[HeadedFile]:
    for file in found.group.files:
        if not whole and found.rows >= ROWS_OF_A_KIND:
            found.is_whole = False
            return
        yield file


def _chunks(file: HeadedFile, found: KindEvidence, *, whole: bool) -> Iterator[Chunk]:
    reading = FileChunks(file, found.group.columns, whole=whole)
    for chunk in reading:
        found.rows += len(chunk.lines)
        yield chunk
    found.misfits += reading.misfits
    found.first_misfit = found.first_misfit or reading.first_misfit
    found.is_whole &= reading.is_whole


def _note(found: KindEvidence, chunk: Chunk, once: Repeats) -> None:
    """Take rows; one that was there before as it is says nothing about keys."""
    encoded = [column.dictionary_encode() for column in chunk.columns]
    hashes = [hashes_of(column.dictionary)[column.indices.to_numpy()] for column in encoded]
    kept = ~once.were_there(together(hashes))
    for column, of_rows, seen, unique in zip(
        encoded, hashes, found.columns.values(), found.unique.values(), strict=True
    ):
        filled = pc.not_equal(column.dictionary, "").to_numpy(zero_copy_only=False)
        indices = column.indices.to_numpy()
        unique.add(of_rows[kept & filled[indices]])
        counts = np.bincount(indices, minlength=len(filled))
        lines: Counts = np.empty(len(filled), np.int64)
        lines[indices[::-1]] = chunk.lines[::-1]
        values = Values(column.dictionary, counts, lines, chunk.file).chosen(filled)
        seen.add(values, int(counts[~filled].sum()))
