"""A file's rows with their true line numbers, and their text as it stands in the file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from producers.files.broken_rows import (
    NOT_CLOSED,
    NOT_ONE_ROW,
    TOO_LONG,
    BrokenRow,
    either_way,
    not_a_row,
    text_after_quote,
)
from producers.files.long_rows import MOST_LINES, LongRows
from producers.text.dialects import Dialect
from producers.text.escapes import BACKSLASH, EscapeEvidence
from producers.text.lines import MAX_ROW, BrokenOffError, Lines
from producers.text.quoting import QuotingError, SplitRow
from producers.text.regular_rows import CountLines, regular_lines

Record = tuple[int, list[str] | BrokenRow]
"""A row, and the line that it begins on."""

Found = TypeVar("Found")
"""What a text of whole lines is recognised as."""


class RowReader:
    """The rows from a line on, blank lines left out.

    Of a row whose quotes are never closed, or could be read in two ways, the first line is given as broken, and reading
    goes on with the next one. Once all are read, the lines before the first, `blank`, `comments`, `inside` and the rows
    given are all lines of the file.
    """

    def __init__(
        self,
        lines: Lines,
        dialect: Dialect,
        first_line: int,
        width: int,
        evidence: EscapeEvidence,
        comment: str | None = None,
        may_be_row: Callable[[Sequence[str]], bool] = bool,
    ) -> None:
        """Take lines of which the first one wanted is still held or was not yet read.

        Args:
            lines: of the file.
            dialect: how they are split.
            first_line: the line after the header.
            width: how many fields the header has.
            evidence: tells whether backslashes escape quotes, if the dialect does not.
            comment: what lines begin with that are passed over.
            may_be_row: whether fields, as many as the header has or more, may be a row.
        """
        # The limit is the csv module's own and holds for the process; that of needed fields is in validation.
        csv.field_size_limit(MAX_ROW)
        lines.needed_from = first_line
        self._lines = lines
        self._dialect = dialect
        self._width = width
        self._evidence = evidence
        self._comment = comment
        self._long_rows = LongRows(dialect.delimiter, width, may_be_row)
        self._escape = dialect.escape
        self._end = first_line
        self.before = first_line - 1
        """Lines before the first line to read."""
        self.blank = 0
        """Lines up to now that are empty."""
        self.comments = 0
        """Lines up to now that are passed over as comments."""
        self.inside = 0
        """Lines up to now that rows have after their first."""

    def __iter__(self) -> Iterator[Record]:
        """The rows and faults, one after the other."""
        while block := self._lines.rest_of_block():
            yield from self._rows_of(block.text, self._lines.needed_from + block.line_count)

    def by_blocks(self, recognise: Callable[[str], Found | None]) -> Iterator[Record | tuple[int, Found]]:
        """Whole blocks where they are recognised, each with the line that it begins on, else row by row."""
        lines = self._lines
        while block := lines.rest_of_block():
            found = None if self._may_have_comments(block.text) else recognise(block.text)
            if found is None:
                yield from self._rows_of(block.text, lines.needed_from + block.line_count)
            else:
                yield lines.needed_from, found
                lines.needed_from += block.line_count

    @property
    def original(self) -> str:
        """The row given last as it stands in the file, line breaks in it included; cut at lines.MAX_ORIGINAL.

        Of a broken row, only its first line.
        """
        return self._lines.text_between(self._lines.needed_from, self._end).rstrip("\r\n")

    @property
    def read(self) -> int:
        """How many lines of the file were read up to now, all of which are accounted for."""
        return self._lines.needed_from - 1

    @property
    def warnings(self) -> Iterator[str]:
        """What the person who loads the file should know, one line each; complete at the end."""
        return self._long_rows.warnings()

    def _rows_of(self, text: str, stop: int) -> Iterator[Record]:
        """The rows that begin in the rest of a block, which this is the text of."""
        lines = self._lines
        if regular := self._regular_lines(text):
            yield from self._by_csv_module(regular)
        if lines.needed_from >= stop:
            return
        first, held = lines.needed_from, lines.held_from(lines.needed_from)
        while lines.needed_from < stop:
            if record := self._row_at(lines.needed_from, held[lines.needed_from - first]):
                yield record
            lines.needed_from = self._end

    def _may_have_comments(self, text: str) -> bool:
        return self._comment is not None and self._comment in text

    def _regular_lines(self, text: str) -> int:
        """How many lines of a text the csv module splits right."""
        dialect, quote = self._dialect, self._dialect.quote
        if len(text) > MAX_ROW or self._may_have_comments(text):
            return 0
        if not quote or quote not in text:
            return len(self._lines.held_from(self._lines.needed_from))
        if dialect.tabs_after_commas or dialect.trailing_commas:
            return 0
        return self._counter(text)(text)

    def _counter(self, text: str) -> CountLines:
        delimiter, quote = self._dialect.delimiter, self._dialect.quote
        if self._escape is None and (BACKSLASH + quote in text or BACKSLASH * 2 in text):
            self._resolve(text)
        return regular_lines(delimiter, quote, BACKSLASH if self._escape is None else self._escape)

    def _resolve(self, text: str) -> bool:
        """Whether it is known, by this text if not before, whether backslashes escape quotes."""
        self._evidence.add(text)
        self._escape = self._evidence.escape
        return self._escape is not None

    def _by_csv_module(self, count: int) -> Iterator[Record]:
        """The rows of so many lines, or those before one that is broken, and this one."""
        lines, trailing_commas = self._lines, self._dialect.trailing_commas
        base = start = lines.needed_from
        reader = self._dialect.read(lines.held_from(base)[:count])
        for fields in reader:
            self._end = end = base + reader.line_num
            if len(fields) == 1 or end - start > 1 or trailing_commas:
                yield start, self._judged(start, fields)
            elif fields:
                yield start, fields
            else:
                self.blank += 1
            lines.needed_from = start = self._end
            if start != end:
                return

    def _row_at(self, start: int, first: str) -> Record | None:
        """The row that begins there, by its quotes; None if its first line is blank or a comment."""
        self._end = start + 1
        if self._comment is not None and first.lstrip().startswith(self._comment):
            self.comments += 1
            return None
        row = TOO_LONG if len(first) > MAX_ROW else self._split_or_broken(start, first)
        if isinstance(row, BrokenRow):
            return start, self._broken(start, row)
        self._end = start + row.line_count
        if row.fields:
            return start, self._judged(start, row.fields)
        self.blank += 1
        return None

    def _split_or_broken(self, start: int, first: str) -> SplitRow | BrokenRow:
        try:
            return self._split(start, first) or either_way(start)
        except QuotingError as error:
            return text_after_quote(start + error.opened, start + error.closed)
        except BrokenOffError:
            return NOT_CLOSED

    def _split(self, start: int, first: str) -> SplitRow | None:
        """The row; None if it could be another one if backslashes escape quotes, and it is not known if they do.

        Raises:
            QuotingError: its quotes could be read in two ways.
            BrokenOffError: they are never closed.
        """
        try:
            row = self._row(start, first, self._escape or "")
        except (QuotingError, BrokenOffError):
            if self._escape is None and self._has_backslashes(start, start + 1):
                return self._split(start, first) if self._escape is not None else None
            raise
        if self._escape is not None or not self._has_backslashes(start, start + row.line_count):
            return row
        if self._escape is not None:
            return self._split(start, first)
        try:
            return row if self._row(start, first, BACKSLASH) == row else None
        except (QuotingError, BrokenOffError):
            return None

    def _has_backslashes(self, first: int, end: int) -> bool:
        """Whether one stands before a quote in these lines; then what they prove is known as well."""
        text = "".join(self._lines.lines_between(first, end))
        found = BACKSLASH + self._dialect.quote in text
        if found:
            self._resolve(text)
        return found

    def _row(self, start: int, first: str, escape: str) -> SplitRow:
        splitter = self._dialect.splitter(escape)
        # Most rows end on their first line, for which no other lines need be looked up.
        with suppress(BrokenOffError):
            return splitter.row(iter((first,)))
        return splitter.row(self._lines.starting_at(start))

    def _judged(self, start: int, fields: list[str]) -> list[str] | BrokenRow:
        """The fields of a row that may be quoted as a whole, or have several lines."""
        row: list[str] | BrokenRow
        try:
            row = self._dialect.fields(fields, self._width)
        except (QuotingError, BrokenOffError):
            row = NOT_ONE_ROW
        count = self._end - start
        if count > MOST_LINES and (isinstance(row, BrokenRow) or len(row) != self._width):
            return self._broken(start, not_a_row(start, self._end - 1))
        if count > 1:
            self.inside += count - 1
            self._long_rows.note(start, self._lines.lines_between(start, self._end))
        return row

    def _broken(self, start: int, row: BrokenRow) -> BrokenRow:
        """The row, whose first line only is read as such."""
        self._end = start + 1
        self._lines.note_broken_row()
        return row
