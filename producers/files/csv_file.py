"""One CSV file, as found: its kind, its dialect and where its rows begin. Nothing of it is kept in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from itertools import islice

from models.types.column_types import Day, Instant
from producers.errors import UnknownContentError, UnreadableFileError
from producers.files.file_rows import FileRows
from producers.files.header_search import SEARCHED_LINES, HeaderSearch
from producers.files.refusals import refusal
from producers.files.row_reader import RowReader
from producers.rows.column_mapping import ColumnMapping, ColumnMappingOf
from producers.rows.file_kinds import HeaderError
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions
from producers.sources.source import Source
from producers.text.content import Content
from producers.text.dialects import NOT_ONE_ROW, Dialect, header_of, header_text, sniff
from producers.text.escapes import EscapeEvidence
from producers.text.lines import MAX_FIELD, BrokenOffError, Lines
from producers.values.date_forms import DateForm, settled_form
from producers.values.moments import day_text

_SAMPLE_LINES = 50
_NO_TEXT = ' \t\r\n\f\v",;|'
"""What a line without content may hold: spreadsheets write separators for empty cells."""
_SEPARATOR_HINT = re.compile(r'"?sep=.?"?', re.IGNORECASE)
"""A first line that a spreadsheet writes for itself; the separator is found from the header anyway."""


@dataclass(frozen=True)
class CsvFile:
    """A file that can be loaded."""

    source: Source
    layout: ColumnMapping
    dialect: Dialect
    header_line: int
    """The line before the first row, the header's last one."""
    header: str = ""
    """The header as it stands in the file, without its line end; empty if the file has none."""
    reading: ReadOptions = DEFAULT_READ_OPTIONS
    begun: Content | None = None
    """What can be read only once, its beginning already looked at; None for what can be opened again."""

    @property
    def name(self) -> str:
        """The path as given, in text that can be encoded and printed."""
        return self.source.name

    @property
    def columns(self) -> tuple[tuple[str, str | None], ...]:
        """Each column by its name in the file, and ours that it is read as; None: it is ignored."""
        positions = zip(self.layout.positions, self.layout.columns, strict=True)
        ours = {position: column.name for position, column in positions}
        try:
            theirs = [" ".join(name.split()) for name in self.dialect.split(self.header)] if self.header else []
        except NOT_ONE_ROW:
            theirs = []
        names = theirs if len(theirs) == len(self.layout.header) else self.layout.header
        return tuple((name, ours.get(position)) for position, name in enumerate(names))

    @contextmanager
    def opened(self) -> Iterator[FileRows]:
        """The rows after the header, read as they are asked for.

        Raises:
            OSError: the file cannot be read (any more).
        """
        width, first, may_be_row = len(self.layout.header), self.header_line + 1, self.layout.may_be_row
        opened = partial(Content, self.source, self.reading.encoding)
        evidence = EscapeEvidence(self.dialect, width, opened if self.source.repeatable else None)
        with closing(self.begun or opened()) as content:
            records = RowReader(content.lines, self.dialect, first, width, evidence, self.reading.comment, may_be_row)
            yield FileRows(content, records, self.reading.limit)


def inspect(source: Source, layout_of: ColumnMappingOf, reading: ReadOptions = DEFAULT_READ_OPTIONS) -> CsvFile:
    """Look at a file's beginning, whose first line that is not blank decides the layout.

    Raises:
        UnreadableFileError: it is empty, no text, or its header fits no kind.
        OSError: it cannot be opened or read.
    """
    with ExitStack() as stack:
        content = stack.enter_context(closing(Content(source, reading.encoding)))
        file = _inspected(source, content.lines, layout_of, reading)
        if source.repeatable:
            return _with_date_forms(file)
        stack.pop_all()
        return replace(file, begun=content)


def _inspected(source: Source, lines: Lines, layout_of: ColumnMappingOf, reading: ReadOptions) -> CsvFile:
    numbered = enumerate(lines.starting_at(1), 1)
    try:
        begins, first_line = next(
            (number, line) for number, line in _released(numbered, lines) if _may_be_header(number, line, reading)
        )
    except BrokenOffError:
        fault = "holds no header that could be read" if lines.count else "is empty"
        if 0 < lines.count <= reading.skip_lines:
            fault = f"has {lines.count:,} lines, and {reading.skip_lines:,} were to be skipped (--skip-lines)"
        raise UnknownContentError(f"{source.name}: {fault}: expected a header, then rows") from None
    if len(first_line) > MAX_FIELD:
        raise UnknownContentError(f"{source.name}: holds no header that could be read: its first line is too long")
    sample = [first_line, *_sample(numbered)]
    dialect = sniff(sample, layout_of.kinds, reading)
    text = header_text(sample, dialect)
    header = header_of(text, dialect, reading)
    try:
        layout = layout_of(header, source.file_name)
    except HeaderError as error:
        beginning = _beginning(lines, begins)
        found = refusal(error, beginning, HeaderSearch(beginning, layout_of, source.file_name, reading))
        kind_of_error = UnreadableFileError if layout_of.kinds.recognised(header) else UnknownContentError
        raise kind_of_error(f"{source.name}: {found}") from None
    layout = replace(layout, null=frozenset(reading.null), zone=reading.zone)
    if not layout.has_header:
        return CsvFile(source, layout, dialect, begins - 1, "", reading)
    header_line = begins + len(StringIO(text, newline="").readlines()) - 1
    return CsvFile(source, layout, dialect, header_line, text.rstrip("\r\n"), reading)


def _with_date_forms(file: CsvFile) -> CsvFile:
    """The file with the forms that its dates have; read to its end for each column whose first date is not ISO."""
    layout = file.layout
    forms = {
        column.name: _date_form(file, position, is_instant=isinstance(column.type, Instant))
        for column, position in zip(layout.columns, layout.positions, strict=True)
        if isinstance(column.type, Day | Instant)
    }
    return replace(file, layout=replace(layout, date_forms=forms)) if forms else file


def _date_form(file: CsvFile, position: int, *, is_instant: bool) -> DateForm:
    with replace(file, reading=replace(file.reading, limit=None)).opened() as rows:
        texts = (fields[position].strip() for _, fields in rows if isinstance(fields, list) and len(fields) > position)
        return settled_form(map(day_text, texts) if is_instant else texts)


def _beginning(lines: Lines, first: int) -> list[tuple[int, str]]:
    """The lines in which a header is looked for."""
    found: list[tuple[int, str]] = []
    with suppress(BrokenOffError):
        found += islice(enumerate(lines.starting_at(first), first), SEARCHED_LINES)
    return found


def _sample(numbered: Iterator[tuple[int, str]]) -> list[str]:
    lines: list[str] = []
    with suppress(BrokenOffError):
        lines += (line for _, line in islice(numbered, _SAMPLE_LINES))
    return lines


def _may_be_header(number: int, line: str, reading: ReadOptions) -> bool:
    if number <= reading.skip_lines or reading.is_comment(line):
        return False
    return bool(line.strip(_NO_TEXT)) and not _SEPARATOR_HINT.fullmatch(line.strip())


def _released(numbered: Iterable[tuple[int, str]], lines: Lines) -> Iterator[tuple[int, str]]:
    """The same lines; those passed need not be held, however many are blank."""
    for number, line in numbered:
        lines.needed_from = number
        yield number, line
