"""Where a file's header may stand, and how it could be read, if its first line is none that is known."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import StringIO

from models.declaration.model import RowTable
from models.types.column_types import Identifier, TextType
from producers.errors import FieldFaultError, ReadOptionError
from producers.rows.column_mapping import ColumnMappingOf
from producers.rows.column_names import Proposal, one_line, proposal
from producers.rows.file_kinds import HeaderError, column_names
from producers.rows.read_option_values import usable_comment, usable_delimiter
from producers.rows.read_options import ReadOptions, columns_from
from producers.text.dialects import NOT_ONE_ROW, Dialect, header_of, sniff
from producers.values.fields import parser_of

SEARCHED_LINES = 100
_LONGEST_HEADER = 10_000
_MOST_HEADER_LINES = 10
_FOUND_BY_ITSELF = ",\t;|"
_NAMED = {"\t": "tab", ";": "semicolon", "|": "pipe", ",": "comma"}
_APOSTROPHE = "'"
_MARK = re.compile(r"//|--|[^\w\s\"',;|]")
_DIGITS = re.compile(r"\s*[0-9]+\s*")

Numbered = Sequence[tuple[int, str]]
"""Lines with their numbers, from the first that is not blank on."""


@dataclass(frozen=True)
class _Try:
    """One way to read one line as the header."""

    index: int
    """Of the line in what is searched."""
    text: str
    delimiter: str
    reading: ReadOptions

    def header(self) -> list[str]:
        """The names as they stand there."""
        try:
            return [one_line(name) for name in _dialect(self).split(self.text)]
        except NOT_ONE_ROW:
            return []


@dataclass(frozen=True)
class WayOn:
    """What a person can do to have a file taken."""

    text: str
    is_whole: bool
    """Whether nothing more is needed than this."""


class HeaderSearch:
    """Looks for the header in the first lines of a file; only for files that would be refused."""

    def __init__(self, lines: Numbered, layout_of: ColumnMappingOf, file_name: str, reading: ReadOptions) -> None:
        """Take the lines, what a header must be, and how the file was to be read."""
        self._lines = [(number, line) for number, line in lines if len(line) <= _LONGEST_HEADER]
        self._layout_of = layout_of
        self.kinds = layout_of.kinds
        """What files there may be."""
        self._file_name = file_name
        self._reading = reading

    def way_on(self) -> WayOn | None:
        """What was found and which options would take the file; None if nothing was."""
        tries = list(self._tries())
        known: Iterator[tuple[_Try, Mapping[str, str]]] = ((found, {}) for found in tries if self._fits(found.header()))
        renamed = ((found, names) for found in tries for names in self._names(found))
        for found, names in (*known, *renamed):
            options = self._options(found, names)
            if options:
                return WayOn(self._told(found, names, options), is_whole=True)
        if found_so := self._blanks() or self._no_header():
            return WayOn(found_so, is_whole=True)
        nearest = self._nearest(tries)
        return WayOn(nearest, is_whole=False) if nearest else None

    def _tries(self) -> Iterator[_Try]:
        for index, (_, line) in enumerate(self._lines):
            for quote in dict.fromkeys((self._reading.quote, '"', _APOSTROPHE)):
                if quote == _APOSTROPHE != self._reading.quote and quote not in line:
                    continue
                text = self._record(index, quote)
                for delimiter in _delimiters(line):
                    yield _Try(index, text, delimiter, replace(self._reading, delimiter=None, quote=quote))

    def _record(self, index: int, quote: str) -> str:
        """The line, and those after it up to the end of a quoted name that holds line breaks."""
        text = ""
        for _, line in self._lines[index : index + _MOST_HEADER_LINES]:
            text += line
            if not quote or text.count(quote) % 2 == 0:
                return text
        return self._lines[index][1]

    def _fits(self, header: Sequence[str]) -> bool:
        with suppress(HeaderError):
            return self._layout_of(
                self._reading.renamed([name.casefold() for name in header]), self._file_name
            ).has_header
        return False

    def _names(self, found: _Try) -> Iterator[Mapping[str, str]]:
        """The file's column names mapped to ours, where there is no doubt."""
        header = found.header()
        proposals = [proposal(header, kind) for kind in self.kinds.tables]
        surest = max(named.sure for named in proposals)
        complete = [named for named in proposals if named.is_complete and named.sure == surest]
        named_so = [named for named in complete if named.kind is self.kinds.named(self._file_name)]
        if len(complete) == 1 or named_so:
            yield (named_so or complete)[0].renamed

    def _options(self, found: _Try, names: Mapping[str, str]) -> list[str]:
        """The options that have the line taken for the header; none if they would not."""
        reading = self._reading
        changes: dict[str, object] = {}
        options: list[str] = []
        if found.index:
            mark = self._comment_mark(found.index)
            options.append(f"--comment {shlex.quote(mark)}" if mark else f"--skip-lines {self._number(found) - 1}")
        if found.reading.quote != reading.quote:
            changes["quote"] = found.reading.quote
            options.append(f'--quote "{found.reading.quote}"' if found.reading.quote == _APOSTROPHE else "--quote '\"'")
        if found.delimiter not in (reading.delimiter or _FOUND_BY_ITSELF):
            changes["delimiter"] = found.delimiter
            options.append(f"--delimiter {shlex.quote(_NAMED.get(found.delimiter, found.delimiter))}")
        if names:
            mapping = ",".join(f"{theirs}={ours}" for theirs, ours in names.items())
            options.append(f"--columns {shlex.quote(mapping)}")
            with suppress(ReadOptionError):
                changes["columns"] = {**reading.columns, **columns_from([mapping])}
        try:
            tried = replace(reading, **changes)  # type: ignore[arg-type]  # the options' own types
            header = header_of(
                found.text, sniff(StringIO(found.text, newline="").readlines(), self.kinds, tried), tried
            )
            self._layout_of(header, self._file_name)
        except (HeaderError, ReadOptionError):
            return []
        return options if all(map(str.isprintable, options)) else []

    def _comment_mark(self, index: int) -> str | None:
        """What all lines before the header begin with, if it marks comments."""
        before = [line.strip() for _, line in self._lines[:index] if line.strip()]
        found = _MARK.match(before[0])
        if found is None or not all(line.startswith(found[0]) for line in before):
            return None
        with suppress(ReadOptionError):
            return None if self._lines[index][1].lstrip().startswith(found[0]) else usable_comment(found[0])
        return None

    def _told(self, found: _Try, names: Mapping[str, str], options: Sequence[str]) -> str:
        line = f"line {self._number(found)}" if found.index else "its first line"
        place = f"{line} looks like a header{' with names of its own' if names else ''}"
        return f"cannot be read as it is: {place}: add {' '.join(options)}{self._text_ids(found, names)}"

    def _text_ids(self, found: _Try, names: Mapping[str, str]) -> str:
        """A warning if the first row's id is not a number."""
        following = self._lines[found.index + 1 + found.text.rstrip("\r\n").count("\n") :]
        header = found.header()
        keys = [theirs for theirs, ours in names.items() if ours in self._ids]
        with suppress(*NOT_ONE_ROW, IndexError):
            row = _dialect(found).split(following[0][1])
            for key in keys:
                value = row[header.index(key)].strip()
                if value and not _DIGITS.fullmatch(value):
                    return f"; but ids must be whole numbers, and {key} holds {value[:40]!r}"
        return ""

    @property
    def _ids(self) -> set[str]:
        """The columns that hold ids."""
        columns = (column for kind in self.kinds.tables for column in kind.columns)
        return {column.name.casefold() for column in columns if isinstance(column.type, Identifier)}

    def _number(self, found: _Try) -> int:
        return self._lines[found.index][0]

    def _blanks(self) -> str | None:
        for number, line in self._lines:
            with suppress(csv.Error):
                header = next(csv.reader([line], delimiter=" ", skipinitialspace=True), [])
                if self._fits([name.strip() for name in header if name.strip()]):
                    advice = 'save it separated by commas or TABs, from R with sep = "," and row.names = FALSE'
                    return f"the columns of line {number} are separated by blanks, which are not read: {advice}"
        return None

    def _no_header(self) -> str | None:
        """What to do if the first line is a row."""
        for delimiter in _delimiters(self._lines[0][1]) if self._lines else ():
            row = _Try(0, self._lines[0][1], delimiter, replace(self._reading, delimiter=None)).header()
            kinds = [kind for kind in self.kinds.tables if _is_row(row, kind)]
            if len(kinds) == 1 and self._fits(column_names(kinds[0])):
                header = delimiter.join(column_names(kinds[0]))
                row_of = f"has no header: its first line looks like a row of {kinds[0].name}"
                return f"{row_of}: put a line with the columns' names before it, {header}"
        return None

    def _nearest(self, tries: Sequence[_Try]) -> str | None:
        """The names that are near to ours in the line that has most of them."""
        best: Proposal | None = None
        for found in tries:
            for kind in self.kinds.tables:
                near = proposal(found.header(), kind)
                if near.sure and (best is None or len(near.names) > len(best.names)):
                    best = near
        return None if best is None else _told_names(best)


def _told_names(near: Proposal) -> str | None:
    """The columns that may be meant, and those that are lacking."""
    sure = [shlex.quote(f"{theirs}={ours}") for theirs, ours in near.renamed.items()]
    doubtful = [
        f"{' or '.join(shlex.quote(f'{name}={ours}') for name in names)}" for ours, names in near.doubtful.items()
    ]
    if not sure and not doubtful:
        return None
    return f"if its columns mean ours, say so: --columns {' --columns '.join((*sure, *doubtful))}"


def _dialect(found: _Try) -> Dialect:
    return Dialect(found.delimiter, quote=found.reading.quote, escape=found.reading.escape)


def _delimiters(line: str) -> Iterator[str]:
    """The characters of a line that may separate its fields, the usual ones first."""
    for character in dict.fromkeys((*_FOUND_BY_ITSELF, *line)):
        with suppress(ReadOptionError):
            if character in line and character != _APOSTROPHE:
                yield usable_delimiter(character)


def _is_row(fields: Sequence[str], kind: RowTable) -> bool:
    if len(fields) != len(kind.columns):
        return False
    telling = 0
    try:
        for column, field in zip(kind.columns, fields, strict=True):
            parser_of(column)(field.strip())
            telling += bool(field.strip()) and not isinstance(column.type, TextType)
    except FieldFaultError:
        return False
    # Any line is a row of texts.
    return telling > 0
