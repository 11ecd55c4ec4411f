"""Rows of several lines: which of them may have swallowed others, and how these are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

MOST_LINES = 20
"""Lines that a row may have without a word."""


class LongRows:
    """Takes note of rows of a file."""

    def __init__(self, delimiter: str, width: int, may_be_row: Callable[[Sequence[str]], bool] = bool) -> None:
        """Take what separates fields, how many the header has, and whether so many fields may be a row of the file."""
        self._delimiter, self._width, self._may_be_row = delimiter, width, may_be_row
        self._long = _Noted()
        self._swallowing = _Noted()

    def note(self, first: int, lines: Sequence[str]) -> None:
        """Take note of a row of several lines that begins on that line."""
        last = first + len(lines) - 1
        if any(map(self._looks_like_a_row, lines[1:])):
            self._swallowing.note(first, last)
        elif len(lines) > MOST_LINES:
            self._long.note(first, last)

    def warnings(self) -> Iterator[str]:
        """What the person who loads the file should know, one line each."""
        advice = "if a quote is missing or too many there, correct it"
        if self._swallowing.count:
            yield f"{self._swallowing} holds lines in quotes that look like rows, which were read as its text: {advice}"
        if self._long.count:
            yield f"{self._long} spans more than {MOST_LINES} lines, as its quotes have it: {advice}"

    def _looks_like_a_row(self, line: str) -> bool:
        fields = line.split(self._delimiter)
        return len(fields) >= max(self._width, 2) and self._may_be_row(fields)


class _Noted:
    def __init__(self) -> None:
        self.count = 0
        self._first = (0, 0)

    def note(self, first: int, last: int) -> None:
        self.count += 1
        self._first = self._first if self.count > 1 else (first, last)

    def __str__(self) -> str:
        first, last = self._first
        more = f", like {self.count - 1:,} more," if self.count > 1 else ""
        return f"the row on lines {first:,} to {last:,}{more}"
