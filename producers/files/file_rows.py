"""The rows of an opened file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from producers.files.row_reader import Found, Record, RowReader
from producers.text.content import Content


@dataclass(frozen=True)
class LineAccount:
    """What became of a file's lines: each is one of these, or the first one of a row that was given."""

    before: int
    """The header, and what stands before it."""
    blank: int
    comments: int
    inside: int
    """Those that rows have after their first."""
    lines: int
    """All lines of the file."""

    @property
    def rows(self) -> int:
        """How many rows were given, also such of empty fields."""
        return self.lines - self.before - self.blank - self.comments - self.inside


class FileRows:
    """The rows of one file, in its order; iterate once."""

    def __init__(self, content: Content, records: RowReader, limit: int | None = None) -> None:
        """Take what the file holds, its rows, and how many of them are wanted at most."""
        self._content = content
        self._records = records
        self._limit = limit

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records) if self._limit is None else self._limited(self._limit)

    def by_blocks(self, recognise: Callable[[str], Found | None] | None) -> Iterator[Record | tuple[int, Found]]:
        """The same rows, whole blocks at once where they are recognised; none are if there is a limit."""
        return iter(self) if recognise is None or self._limit is not None else self._records.by_blocks(recognise)

    @property
    def original(self) -> str:
        """The row given last, as it stands in the file; see `Records.original`."""
        return self._records.original

    @property
    def bytes_read(self) -> int:
        """Bytes read up to now, in the measure of `Source.size`."""
        return self._content.bytes_read

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person who loads the file should know, one line each; complete at the end of the file."""
        of_rows = (f"{self._content.name}: {warning}" for warning in self._records.warnings)
        return (*self._content.warnings, *of_rows)

    @property
    def account(self) -> LineAccount:
        """What became of the lines read up to now."""
        records = self._records
        return LineAccount(records.before, records.blank, records.comments, records.inside, records.read)

    def _limited(self, limit: int) -> Iterator[Record]:
        left = limit
        for line, fields in self._records:
            blank = isinstance(fields, list) and not any(map(str.strip, fields))
            if not blank and not left:
                return
            left -= not blank
            yield line, fields
