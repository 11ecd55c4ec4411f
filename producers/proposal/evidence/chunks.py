"""The rows of a file by their columns, some thousands at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeGuard

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from producers.files.broken_rows import BrokenRow
from producers.files.simple_fields import Fields, SimpleFields
from producers.printable import has_surrogates
from producers.proposal.evidence.file_groups import HeadedFile
from producers.proposal.evidence.repeats import Chosen, Counts
from producers.proposal.evidence.values import WHITESPACE
from producers.rows.validation import is_blank

ROWS_OF_A_FILE: Final = 20_000
"""So many rows of each file are read, if not all are wanted."""
ROWS_OF_A_KIND: Final = 200_000
"""So many rows of all files of a kind."""
_FIRST: Final = 1_000
"""Rows after which types that do not fit are no longer tried."""
_AT_ONCE: Final = 16_384


class Chunk(NamedTuple):
    """Rows that follow each other."""

    file: str
    lines: Counts
    """The line of each."""
    columns: Sequence[pa.StringArray]
    """Their fields without spaces around them; empty where there is nothing."""

    def first(self, count: int) -> Chunk:
        """So many of them at most."""
        return Chunk(self.file, self.lines[:count], [column.slice(0, count) for column in self.columns])


class FileChunks:
    """The rows of a file that fit its header, blank ones left out."""

    def __init__(self, file: HeadedFile, names: Sequence[str], *, whole: bool) -> None:
        """Take a file, and the columns that are wanted."""
        self._file = file
        self._places = [file.compared.index(name) for name in names]
        self._width = len(file.names)
        self._nothing = pa.array(sorted(file.file.layout.null), pa.string())
        self._left = None if whole else ROWS_OF_A_FILE
        self.is_whole = True
        """Whether all rows were given."""
        self.misfits = 0
        """Rows up to now that could not be read, or have not as many fields as the header."""
        self.first_misfit = ""
        """The file and line of the first one."""

    def __iter__(self) -> Iterator[Chunk]:
        """The rows; at first not many, as few then show what most columns are not."""
        parts: list[Chunk] = []
        size, most = 0, _FIRST
        for part in self._limited():
            parts.append(part)
            size += len(part.lines)
            if size >= most:
                yield _joined(parts)
                parts, size, most = [], 0, _AT_ONCE
        if parts:
            yield _joined(parts)

    def _limited(self) -> Iterator[Chunk]:
        left = self._left
        for part in self._parts():
            if left is not None and len(part.lines) > left:
                self.is_whole = False
                if left:
                    yield part.first(left)
                return
            yield part
            left = None if left is None else left - len(part.lines)

    def _parts(self) -> Iterator[Chunk]:
        simple = SimpleFields.of(self._file.file.dialect, self._width)
        held: list[tuple[int, list[str]]] = []
        with self._file.file.opened() as rows:
            for line, found in rows.by_blocks(simple.fields if simple is not None else None):
                if held and (isinstance(found, Fields) or len(held) == _FIRST):
                    yield self._of_rows(held)
                    held = []
                if isinstance(found, Fields):
                    yield self._of_fields(line, found)
                elif self._fits(found, line):
                    held.append((line, found))
        if held:
            yield self._of_rows(held)

    def _fits(self, found: list[str] | BrokenRow, line: int) -> TypeGuard[list[str]]:
        if not isinstance(found, BrokenRow):
            if is_blank(found):
                return False
            if len(found) >= self._width and is_blank(found[self._width :]):
                return True
        self.misfits += 1
        self.first_misfit = self.first_misfit or f"{self._file.file.name}:{line:,}"
        return False

    def _of_rows(self, rows: list[tuple[int, list[str]]]) -> Chunk:
        lines, fields = zip(*rows, strict=True)
        columns = [_array([row[place] for row in fields]) for place in self._places]
        return self._chunk(np.array(lines, np.int64), columns)

    def _of_fields(self, first: int, fields: Fields) -> Chunk:
        """The rows of a block, of which some may be blank though they have all their separators."""
        chunk = self._chunk(np.arange(first, first + fields.count), [*map(fields.column, self._places)])
        if not _blank(chunk.columns).any():
            return chunk
        kept = ~_blank([pc.utf8_trim(fields.column(place), WHITESPACE) for place in range(self._width)])
        return Chunk(chunk.file, chunk.lines[kept], [column.filter(pa.array(kept)) for column in chunk.columns])

    def _chunk(self, lines: Counts, columns: Sequence[pa.StringArray]) -> Chunk:
        columns = [pc.utf8_trim(column, WHITESPACE) for column in columns]
        if len(self._nothing):
            columns = [pc.if_else(pc.is_in(column, self._nothing), "", column) for column in columns]
        return Chunk(self._file.file.name, lines, columns)


def _blank(columns: Sequence[pa.StringArray]) -> Chosen:
    """Whether each row is empty."""
    found: Chosen = np.logical_and.reduce([pc.equal(column, "").to_numpy(zero_copy_only=False) for column in columns])
    return found


def _array(texts: list[str]) -> pa.StringArray:
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        # No text; what stands for it is no text either, for any type.
        return pa.array([_marked(text) for text in texts], pa.string())


def _marked(text: str) -> str:
    return text if not has_surrogates(text) else text.encode(errors="backslashreplace").decode() + "\0"


def _joined(parts: Sequence[Chunk]) -> Chunk:
    columns = zip(*(part.columns for part in parts), strict=True)
    lines = np.concatenate([part.lines for part in parts])
    return Chunk(parts[0].file, lines, [pa.concat_arrays(column) for column in columns])
