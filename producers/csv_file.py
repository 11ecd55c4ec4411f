"""One CSV file, as found: its kind, its dialect and where its rows begin. Nothing of it is kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from producers.dialect import Dialect, header_of, sniff
from producers.errors import UnreadableFileError
from producers.kinds import HeaderError
from producers.layout import Layout, LayoutOf
from producers.lines import BREAKER, Lines
from producers.records import Record, records
from producers.text import has_surrogates, printable

_SAMPLE_LINES = 50
_NO_TEXT = ' \t\r\n\f\v",;|'
"""What a line without content may hold: spreadsheets write separators for empty cells."""


@dataclass(frozen=True)
class CsvFile:
    """A file that can be loaded."""

    path: Path
    layout: Layout
    dialect: Dialect
    header_line: int
    """The line before the first row."""

    @property
    def name(self) -> str:
        """The path as given, in text that can be encoded and printed."""
        return printable(str(self.path))

    @contextmanager
    def opened(self) -> Iterator[Iterator[Record]]:
        """The rows after the header, read as they are asked for.

        Raises:
            OSError: the file cannot be read (any more).
        """
        with _opened(self.path) as lines:
            yield records(lines, self.dialect, self.header_line + 1)


def inspect(path: Path, layout_of: LayoutOf) -> CsvFile:
    """Look at a file's beginning, whose first line that is not blank tells the layout.

    Raises:
        UnreadableFileError: it is empty, no text in UTF-8, or its header fits no kind.
        OSError: it cannot be opened or read.
    """
    with _opened(path) as lines:
        numbered = enumerate(lines.starting_at(1), 1)
        header_line, header_text = next(
            (number, line) for number, line in _released(numbered, lines) if _has_text(line)
        )
        if header_text is BREAKER:
            fault = "holds no header that could be read" if lines.count else "is empty"
            raise UnreadableFileError(f"{printable(str(path))}: {fault}: expected a header, then rows")
        sample = [header_text, *(line for _, line in islice(numbered, _SAMPLE_LINES))]
    dialect = sniff(header_text, sample)
    header = header_of(header_text, dialect)
    try:
        layout = layout_of(header, path.name)
    except HeaderError as error:
        found = error if _is_text(header_text) else "is not text in UTF-8: save it as CSV in UTF-8"
        raise UnreadableFileError(f"{printable(str(path))}: {found}") from None
    return CsvFile(path, layout, dialect, header_line if layout.has_header else header_line - 1)


@contextmanager
def _opened(path: Path) -> Iterator[Lines]:
    # Bytes that are not UTF-8 become lone surrogates: the row that holds them is rejected, and the others go on.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        yield Lines(text)


def _is_text(line: str) -> bool:
    return "\x00" not in line and not has_surrogates(line)


def _has_text(line: str) -> bool:
    return bool(line.strip(_NO_TEXT))


def _released(numbered: Iterable[tuple[int, str]], lines: Lines) -> Iterator[tuple[int, str]]:
    """The same lines; those passed need not be held, however many are blank."""
    for number, line in numbered:
        lines.needed_from = number
        yield number, line
