"""A file's rows with their true line numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from producers.dialect import Dialect
from producers.lines import MAX_FIELD, Lines


@dataclass(frozen=True)
class BrokenRow:
    """A row that could not be split into fields."""

    reason: str


Record = tuple[int, list[str] | BrokenRow]
"""A row, and the line that it begins on."""

_NOT_CLOSED = (
    f"a quote opened on this line is never closed, or the row is longer than {MAX_FIELD:,} characters; "
    "the lines after it were read as rows of their own"
)


def records(lines: Lines, dialect: Dialect, first_line: int) -> Iterator[Record]:
    """The rows from that line on, blank lines left out.

    A row whose quote is never closed is given as broken, and reading goes on with the line after its first.
    """
    # The limit is the csv module's own and holds for the process; its default is too short for long compound lists.
    csv.field_size_limit(MAX_FIELD)
    lines.needed_from = first_line
    while True:
        base = start = lines.needed_from
        reader = dialect.read(lines.starting_at(start))
        try:
            for fields in reader:
                if len(fields) == 1 or dialect.trailing_commas:
                    yield start, _true_fields(dialect, fields)
                elif fields:
                    yield start, fields
                lines.needed_from = start = base + reader.line_num
        except csv.Error:
            if start > lines.count:  # what broke is the end of the file
                return
        yield start, BrokenRow(_NOT_CLOSED)
        lines.needed_from = start + 1


def _true_fields(dialect: Dialect, fields: list[str]) -> list[str] | BrokenRow:
    try:
        return dialect.fields(fields)
    except csv.Error:
        return BrokenRow("is quoted as a whole, and what the quotes hold is not one row")
