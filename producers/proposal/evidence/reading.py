"""The rows of files, read as a load reads them, for what they show of their columns."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from producers.files.broken_rows import BrokenRow
from producers.proposal.evidence.column_evidence import ColumnEvidence
from producers.proposal.evidence.file_groups import FileGroup, HeadedFile
from producers.proposal.evidence.repeats import Repeats, hash_of
from producers.rows.validation import is_blank

ROWS_OF_A_FILE: Final = 20_000
"""So many rows of each file are read, if not all are wanted."""
ROWS_OF_A_KIND: Final = 200_000
"""So many rows of all files of a kind."""
_AT_ONCE: Final = 1_000


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

    def add(self, value: int) -> None:
        """Take the hash of a row's values."""
        self._of_file.add(value)
        self._of_all.add(value)

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


Row = tuple[int, list[str]]
"""A row's line, and the fields of the kind's columns in their order."""


def read_kind(group: FileGroup, *, whole: bool) -> KindEvidence:
    """Read the files of a kind for what their columns hold.

    Raises:
        OSError: a file cannot be read.
    """
    names = group.columns
    found = KindEvidence(group, {name: ColumnEvidence() for name in names}, {name: Uniqueness() for name in names})
    once = Repeats()
    for file in _files(found, whole=whole):
        for rows in _chunks(_rows(file, found, whole=whole)):
            _note(found, file, rows)
            _note_unique(found, rows, once)
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
        for _, fields in _rows(file, again, whole=whole):
            if _is_repeated(fields, once):
                continue
            for choice, unique in found.items():
                unique.add(hash_of([fields[places[name]] for name in choice]))
        for unique in found.values():
            unique.end_file()
    return found


def _files(found: KindEvidence, *, whole: bool) -> Iterator[HeadedFile]:
    for file in found.group.files:
        if not whole and found.rows >= ROWS_OF_A_KIND:
            found.is_whole = False
            return
        yield file


def _rows(file: HeadedFile, found: KindEvidence, *, whole: bool) -> Generator[Row, None, None]:
    """The rows that fit the header, blank ones left out."""
    places = [file.compared.index(name) for name in found.group.columns]
    width, left, nothing = len(file.names), ROWS_OF_A_FILE, file.file.layout.null
    with file.file.opened() as rows:
        for line, fields in rows:
            if isinstance(fields, BrokenRow) or not _fits(fields, width):
                if isinstance(fields, BrokenRow) or not is_blank(fields):
                    found.misfits += 1
                    found.first_misfit = found.first_misfit or f"{file.file.name}:{line:,}"
                continue
            if not whole and not left:
                found.is_whole = False
                return
            left -= 1
            found.rows += 1
            yield line, ["" if (text := fields[place].strip()) in nothing else text for place in places]


def _fits(fields: list[str], width: int) -> bool:
    return len(fields) >= width and not is_blank(fields) and not any(map(str.strip, fields[width:]))


def _chunks(rows: Generator[Row, None, None]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    with closing(rows):
        for row in rows:
            chunk.append(row)
            if len(chunk) == _AT_ONCE:
                yield chunk
                chunk = []
    if chunk:
        yield chunk


def _is_repeated(fields: Sequence[str], once: Repeats) -> bool:
    """Whether just this row was there before: such a row says nothing about keys."""
    before = once.followed
    once.add(hash_of(fields))
    return once.is_exact and once.followed == before


def _note(found: KindEvidence, file: HeadedFile, rows: list[Row]) -> None:
    for place, seen in enumerate(found.columns.values()):
        values: dict[str, tuple[int, str]] = {}
        empty = 0
        for line, fields in rows:
            text = fields[place]
            if not text:
                empty += 1
                continue
            known = values.get(text)
            values[text] = (known[0] + 1, known[1]) if known else (1, f"{file.file.name}:{line:,}")
        seen.add(values, empty)


def _note_unique(found: KindEvidence, rows: list[Row], once: Repeats) -> None:
    for _, fields in rows:
        if not _is_repeated(fields, once):
            for text, unique in zip(fields, found.unique.values(), strict=True):
                if text:
                    unique.add(hash_of([text]))
