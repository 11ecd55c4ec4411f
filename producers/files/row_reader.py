"""A file's rows with their true line numbers, and their text as it stands in the file."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from models.fault_codes import FaultCode
from producers.errors import Fault
from producers.files.simple_blocks import Recognise, SimpleRows
from producers.text.dialects import Dialect, FieldReader
from producers.text.lines import MAX_FIELD, MAX_ROW, BrokenOffError, Lines


@dataclass(frozen=True)
class BrokenRow:
    """A row that could not be split into fields."""

    fault: Fault


Record = tuple[int, list[str] | BrokenRow]
"""A row, and the line that it begins on."""

Block = tuple[int, SimpleRows]
"""Rows recognised as a whole, and the line of the first."""

_NOT_CLOSED = Fault(
    FaultCode.UNCLOSED_QUOTE,
    None,
    None,
    "a quote opened on this line is never closed; the lines after it were read as rows of their own",
)
_TOO_LONG = Fault(
    FaultCode.TOO_LONG,
    None,
    None,
    f"the row is too long: a field may have {MAX_FIELD:,} characters, a row {MAX_ROW:,}; is a line break missing?",
)
_NOT_ONE_ROW = Fault(
    FaultCode.QUOTED_WRONGLY, None, None, "the row is quoted as a whole, and what the quotes hold is not one row"
)


class RowReader:
    """The rows from a line on, blank lines left out.

    A row whose quote is never closed is given as broken, and reading goes on with the line after its first.
    """

    def __init__(self, lines: Lines, dialect: Dialect, first_line: int, comment: str | None = None) -> None:
        """Take lines of which the first one wanted is still held or was not yet read.

        Args:
            lines: of the file.
            dialect: how they are split.
            first_line: the line after the header.
            comment: what lines begin with that are passed over.
        """
        # The limit is the csv module's own and holds for the process; its default is too short for long compound lists.
        csv.field_size_limit(MAX_FIELD)
        lines.needed_from = first_line
        self._lines = lines
        self._dialect = dialect
        self._base = first_line
        self._comment = comment
        self.comments = 0
        """Lines passed over as comments up to now."""
        self._reader: FieldReader | None = None
        self._at_end = False

    def __iter__(self) -> Iterator[Record]:
        """Row by row."""
        while not self._at_end:
            yield from self._rows_until(sys.maxsize)

    def by_blocks(self, recognise: Recognise) -> Iterator[Record | Block]:
        """Whole blocks where they are recognised, else row by row."""
        lines = self._lines
        while not self._at_end:
            while block := lines.rest_of_block():
                found = recognise(block.text)
                if found is None:
                    break
                yield lines.needed_from, found
                lines.needed_from += block.line_count
            yield from self._rows_until(lines.needed_from + (block.line_count if block else 0))

    def _rows_until(self, stop: int) -> Iterator[Record]:
        """The rows that begin before that line, or up to one that is broken."""
        lines, dialect = self._lines, self._dialect
        self._base = base = start = lines.needed_from
        self._reader = reader = dialect.read(self._without_comments(start))
        try:
            for fields in reader:
                if len(fields) == 1 or dialect.trailing_commas:
                    yield start, _true_fields(dialect, fields)
                elif fields:
                    yield start, fields
                lines.needed_from = start = base + reader.line_num
                if start >= stop:
                    return
        except (csv.Error, BrokenOffError):
            self._at_end = start > lines.count  # then what broke is the end of the file
        if not self._at_end:
            self._reader = None
            yield start, BrokenRow(_TOO_LONG if lines.length_of(start) > MAX_FIELD else _NOT_CLOSED)
            lines.note_broken_row()
            lines.needed_from = start + 1

    def _without_comments(self, start: int) -> Iterator[str]:
        """The lines from that one on; a comment where a row would begin is a blank line instead."""
        lines, comment = self._lines, self._comment
        if comment is None:
            yield from lines.starting_at(start)
            return
        for number, line in enumerate(lines.starting_at(start), start):
            if number == lines.needed_from and line.lstrip().startswith(comment):
                self.comments += 1
                yield "\n"
            else:
                yield line

    @property
    def original(self) -> str:
        """The row given last as it stands in the file, line breaks in it included; cut at lines.MAX_ORIGINAL.

        Of a row whose quote is never closed, only its first line.
        """
        first = self._lines.needed_from
        end = first + 1 if self._reader is None else self._base + self._reader.line_num
        return self._lines.text_between(first, end).rstrip("\r\n")


def _true_fields(dialect: Dialect, fields: list[str]) -> list[str] | BrokenRow:
    try:
        return dialect.fields(fields)
    except csv.Error:
        return BrokenRow(_NOT_ONE_ROW)
