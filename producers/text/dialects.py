"""How a file's fields are separated and quoted, found from its header."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from producers.rows.file_kinds import recognised
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions
from producers.text.comma_tab import without_tabs_after_commas
from producers.text.lines import BREAKER

_DELIMITERS = (",", "\t", ";", "|")


class FieldReader(Protocol):
    """What csv.reader returns; the standard library names its type only in newer versions."""

    @property
    def line_num(self) -> int:
        """How many lines were read up to now."""

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


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
    """Empty: nothing is quoted."""
    escape: str | None = None
    """See `ReadOptions.escape`."""

    def read(self, lines: Iterable[str]) -> FieldReader:
        """The rows of these lines, as the csv module splits them."""
        prepared = without_tabs_after_commas(lines) if self.tabs_after_commas else lines
        return csv.reader(
            prepared,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            skipinitialspace=True,
        )

    def split(self, line: str) -> list[str]:
        """The fields of one line.

        Raises:
            csv.Error: it is not one row.
        """
        fields = next(self.read([line]), [])
        return self.fields(fields)

    def fields(self, fields: list[str]) -> list[str]:
        """The true fields of a row as the csv module split it: a row quoted as a whole is split once more.

        Raises:
            csv.Error: what the quotes hold is not one row.
        """
        if len(fields) == 1 and self.delimiter in fields[0]:
            # What follows makes the csv module refuse a quote that is still open at the end.
            fields = next(self.read([fields[0], BREAKER]), [])
        if self.trailing_commas:
            return [field.removesuffix(",") for field in fields[:-1]] + fields[-1:]
        return fields


def header_of(line: str, dialect: Dialect, reading: ReadOptions = DEFAULT_READ_OPTIONS) -> list[str]:
    """The columns of a header line, in lower case, with single spaces, and renamed; none if it cannot be read."""
    try:
        return reading.renamed([" ".join(column.split()).lower() for column in dialect.split(line)])
    except csv.Error:
        return []


def sniff(header: str, sample: Iterable[str], reading: ReadOptions = DEFAULT_READ_OPTIONS) -> Dialect:
    """The dialect in which the header names most columns of a known kind; of equals, the one with most columns.

    Args:
        header: the first line that is not blank.
        sample: lines from the file's beginning.
        reading: may name the delimiter; then only dialects with that one are tried.
    """
    tabs_after_commas = any(",\t" in line for line in sample)

    def fitness(dialect: Dialect) -> tuple[int, int]:
        columns = header_of(header, dialect, reading)
        return recognised(columns), len(columns)

    # max() takes the first of equals.
    delimiters = _DELIMITERS if reading.delimiter is None else (reading.delimiter,)
    return max(_candidates(delimiters, reading, tabs_after_commas=tabs_after_commas), key=fitness)


def _candidates(delimiters: Iterable[str], reading: ReadOptions, *, tabs_after_commas: bool) -> Iterator[Dialect]:
    said = Dialect("", quote=reading.quote, escape=reading.escape)
    for delimiter in delimiters:
        yield replace(said, delimiter=delimiter, tabs_after_commas=delimiter == "," and tabs_after_commas)
        if delimiter == "\t":
            yield replace(said, delimiter=delimiter, trailing_commas=True)
