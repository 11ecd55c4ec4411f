"""How a file's fields are separated and quoted, found from its header."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Protocol

from producers.rows.file_kinds import FileKinds
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions
from producers.text.lines import BrokenOffError
from producers.text.quoting import QuotingError, Splitter, splitter

NOT_ONE_ROW = (QuotingError, BrokenOffError)
"""What a text raises that is not one row."""
DELIMITERS = (",", "\t", ";", "|")
"""Those that are recognised by themselves."""


class FieldReader(Protocol):
    """What csv.reader returns; the standard library names its type only in newer versions."""

    @property
    def line_num(self) -> int:
        """How many lines were read up to now."""

    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass(frozen=True)
class Dialect:
    """A way to write rows as text."""

    delimiter: str
    tabs_after_commas: bool = False
    """Fields are separated by a comma and a TAB."""
    trailing_commas: bool = False
    """Separated by TABs, yet every field but the last ends in a comma.

    This is what a spreadsheet makes of a comma+TAB file that it took for a TAB-separated one.
    """
    quote: str = '"'
    """The quote character; empty if nothing is quoted."""
    escape: str | None = None
    """See `ReadOptions.escape`."""

    def splitter(self, escape: str | None = None) -> Splitter:
        """What splits rows with quotes; with an escape of its own, if one is given."""
        return splitter(
            self.delimiter,
            self.quote,
            (self.escape or "") if escape is None else escape,
            tabs_after_commas=self.tabs_after_commas,
            trailing_commas=self.trailing_commas,
        )

    def read(self, lines: Iterable[str]) -> FieldReader:
        """The rows of lines that hold no quotes, or only such as `producers.text.regular_rows` counts."""
        if self.tabs_after_commas:
            lines = [line.replace(",\t", ",") for line in lines]
        if not self.quote:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE, skipinitialspace=True)
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote, skipinitialspace=True)

    def split(self, text: str) -> list[str]:
        """The fields of one row, which may have several lines.

        Raises:
            QuotingError: its quotes could be read in two ways.
            BrokenOffError: it is not one row.
        """
        return self.fields(self.splitter().row(iter(_lines_of(text))).fields)

    def fields(self, fields: list[str], width: int = 2) -> list[str]:
        """The true fields of a row that was split: one quoted as a whole is split once more, if there are more columns.

        Raises:
            QuotingError: what the quotes hold could be read in two ways.
            BrokenOffError: it is not one row.
        """
        if self.quote and len(fields) == 1 < width and self.delimiter in fields[0]:
            lines = iter(_lines_of(fields[0]))
            fields = self.splitter().row(lines).fields
            if next(lines, None) is not None:
                raise BrokenOffError
        if self.trailing_commas:
            return [field.removesuffix(",") for field in fields[:-1]] + fields[-1:]
        return fields


def header_text(lines: Sequence[str], dialect: Dialect) -> str:
    """The first record of these lines, as it stands there; the first line if no record ends in them."""
    try:
        return "".join(lines[: dialect.splitter().row(iter(lines)).line_count])
    except NOT_ONE_ROW:
        return lines[0]


def header_of(text: str, dialect: Dialect, reading: ReadOptions = DEFAULT_READ_OPTIONS) -> list[str]:
    """The columns that a header names, in lower case, with single spaces, and renamed; none if it cannot be read."""
    try:
        return reading.renamed([" ".join(column.split()).casefold() for column in dialect.split(text)])
    except NOT_ONE_ROW:
        return []


def sniff(sample: Sequence[str], kinds: FileKinds, reading: ReadOptions = DEFAULT_READ_OPTIONS) -> Dialect:
    """The dialect in which the header names most columns of a known kind; of equals, the one with most columns.

    Args:
        sample: lines from the one on that the header begins on.
        kinds: those that are known.
        reading: may name the delimiter; then only dialects with that one are tried.
    """
    tabs_after_commas = any(",\t" in line for line in sample)

    def fitness(dialect: Dialect) -> tuple[int, int]:
        columns = header_of(header_text(sample, dialect), dialect, reading)
        return kinds.recognised(columns), len(columns)

    # max() takes the first of equals.
    delimiters = DELIMITERS if reading.delimiter is None else (reading.delimiter,)
    return max(_candidates(delimiters, reading, tabs_after_commas=tabs_after_commas), key=fitness)


def _candidates(delimiters: Iterable[str], reading: ReadOptions, *, tabs_after_commas: bool) -> Iterator[Dialect]:
    given = Dialect("", quote=reading.quote, escape=reading.escape)
    for delimiter in delimiters:
        yield replace(given, delimiter=delimiter, tabs_after_commas=delimiter == "," and tabs_after_commas)
        if delimiter == "\t":
            yield replace(given, delimiter=delimiter, trailing_commas=True)


def _lines_of(text: str) -> list[str]:
    return StringIO(text, newline="").readlines()
