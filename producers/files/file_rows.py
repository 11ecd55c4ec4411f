"""The rows of an opened file."""

from __future__ import annotations

from collections.abc import Iterator

from producers.files.row_reader import Block, Record, RowReader
from producers.files.simple_blocks import Recognise
from producers.rows.read_options import ReadOptions
from producers.text.content import Content
from producers.text.dialects import Dialect


class FileRows:
    """The rows of one file, in its order; iterate once."""

    def __init__(self, content: Content, dialect: Dialect, first_line: int, reading: ReadOptions) -> None:
        """Take what the file holds, the line of its first row, and what is said of it."""
        self._content = content
        self._records = RowReader(content.lines, dialect, first_line, reading.comment)
        self._limit = reading.limit

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records) if self._limit is None else self._limited(self._limit)

    def by_blocks(self, recognise: Recognise | None) -> Iterator[Record | Block]:
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
        """See `Content.warnings`."""
        return self._content.warnings

    def _limited(self, limit: int) -> Iterator[Record]:
        left = limit
        for line, fields in self._records:
            blank = isinstance(fields, list) and not any(map(str.strip, fields))
            if not blank and not left:
                return
            left -= not blank
            yield line, fields
