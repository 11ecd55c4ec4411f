"""Rows with quotes: the definition of what their fields are, and of what is refused as it could be read in two ways.

Rows without quotes, and rows whose quotes say one thing only, are split by the csv module to the same end, which is
several times as fast; a property test holds it to this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from producers.text.lines import MAX_ROW, BrokenOffError


class QuotingError(Exception):
    """The quotes of a row could be read in two ways."""

    def __init__(self, opened: int, closed: int) -> None:
        """Take the lines that the quoted part begins and ends on, counted from the row's first one, which is 0."""
        super().__init__(opened, closed)
        self.opened = opened
        self.closed = closed


class SplitRow(NamedTuple):
    """A row split into its fields."""

    fields: list[str]
    """Of a blank line there are none."""
    line_count: int


class Splitter:
    """Splits rows of one way of writing them."""

    def __init__(
        self, delimiter: str, quote: str, escape: str, *, tabs_after_commas: bool, trailing_commas: bool
    ) -> None:
        """See `Dialect`; an empty quote or escape is none."""
        self._delimiter, self._quote, self._escape = delimiter, quote, escape
        self._tabs = tabs_after_commas
        gap = r"[ \t]*" if tabs_after_commas else " *"
        sign = re.escape(quote or "\x00")
        self._opening = re.compile(f"{gap}{sign}")
        escaped = rf"|{re.escape(escape)}[\s\S]" if escape else ""
        self._closing = re.compile(f"(?:[^{sign}{re.escape(escape)}]++|{sign}{sign}{escaped})*+{sign}")
        # Of an escape that stands before anything else than this, nothing is known: it is kept.
        self._pairs = re.compile(
            f"{sign}({sign})" + (rf"|{re.escape(escape)}([{sign}{re.escape(escape)}\r\n])" * bool(escape))
        )
        self._blanks = re.compile(rf"(?:(?!{re.escape(delimiter)})[^\S\r\n])*+" + (",?" if trailing_commas else ""))

    def row(self, lines: Iterator[str]) -> SplitRow:
        """The row that begins with the first of these lines; no more of them are taken than it has.

        Raises:
            QuotingError: text follows a closing quote, so that the field may not have been quoted.
            BrokenOffError: there are no more lines, and a quote is open; or a line is too long.
        """
        line = next(lines)
        fields: list[str] = []
        count, at = 0, 0
        if not _length(line):
            return SplitRow(fields, 1)
        while True:
            field, at, line, count = self._field(line, at, count, lines)
            fields.append(field)
            if at >= _length(line):
                return SplitRow(fields, count + 1)
            at += 1
            if self._tabs and line.startswith("\t", at):
                at += 1

    def _field(self, line: str, at: int, count: int, lines: Iterator[str]) -> tuple[str, int, str, int]:
        """The field that begins there, where it ends, and the line that it ends on with its number."""
        opening = self._opening.match(line, at, _length(line)) if self._quote else None
        if opening is None:
            end = self._next_delimiter(line, at)
            return line[at:end].lstrip(" "), end, line, count
        position, parts, opened = opening.end(), list[str](), count
        while not (closing := self._closing.match(line, position)):
            parts.append(line[position:])
            line, position, count = _next(lines), 0, count + 1
        parts.append(line[position : closing.end() - 1])
        blanks = self._blanks.match(line, closing.end(), _length(line))
        end = blanks.end() if blanks else closing.end()
        if end == _length(line) or line.startswith(self._delimiter, end):
            return self._unescaped("".join(parts)) + line[closing.end() : end], end, line, count
        end = self._next_delimiter(line, at)
        verbatim = line[at:end].strip(" ")
        if opened != count or closing.end() > end or not self._is_text(verbatim):
            raise QuotingError(opened, count)
        return verbatim, end, line, count

    def _next_delimiter(self, line: str, at: int) -> int:
        end = line.find(self._delimiter, at, _length(line))
        return _length(line) if end < 0 else end

    def _is_text(self, field: str) -> bool:
        """Whether quotes in a field can be nothing but a part of its text, although it begins with one."""
        return field.count(self._quote) % 2 == 0 and not field.endswith(self._quote)

    def _unescaped(self, text: str) -> str:
        if self._quote not in text and (not self._escape or self._escape not in text):
            return text
        return self._pairs.sub(lambda pair: pair[pair.lastindex or 0], text)


@lru_cache(maxsize=64)
def splitter(
    delimiter: str, quote: str, escape: str, *, tabs_after_commas: bool = False, trailing_commas: bool = False
) -> Splitter:
    """The splitter for a separator, a quote and an escape character."""
    return Splitter(delimiter, quote, escape, tabs_after_commas=tabs_after_commas, trailing_commas=trailing_commas)


def _next(lines: Iterator[str]) -> str:
    line = next(lines, None)
    if line is None or len(line) > MAX_ROW:
        raise BrokenOffError
    return line


def _length(line: str) -> int:
    """Characters of a line without its end."""
    end = len(line)
    if line.endswith("\n"):
        end -= 1
    return end - 1 if line.endswith("\r", 0, end) else end
