"""The fields of whole lines without quotes, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from models.wire.byte_arrays import Places, texts_at
from producers.text.dialects import Dialect

_DELIMITERS: Final = frozenset(",\t|;")
_LINE_END: Final = ord("\n")


@dataclass(frozen=True)
class Fields:
    """The fields of lines that all have as many."""

    count: int
    """Of lines."""
    _lines: bytes
    _starts: Places
    _ends: Places
    _width: int

    def column(self, position: int) -> pa.StringArray:
        """The texts of a column."""
        every = slice(position, None, self._width)
        return texts_at(self._lines, self._starts[every], self._ends[every]).view(pa.string())


@dataclass(frozen=True)
class SimpleFields:
    """Divides texts of whole lines that have no quotes."""

    _quote: str
    _delimiter: int
    _tabs_after_commas: bool
    _width: int

    @classmethod
    def of(cls, dialect: Dialect, width: int) -> SimpleFields | None:
        """For files of this dialect whose headers have so many fields; None if their lines cannot be divided so."""
        if dialect.trailing_commas or dialect.delimiter not in _DELIMITERS:
            return None
        return cls(dialect.quote, ord(dialect.delimiter), dialect.tabs_after_commas, width)

    def lines(self, text: str) -> bytes | None:
        """The text with a line feed after each line, if it has no quotes.

        Raises:
            UnicodeEncodeError: it is no text.
        """
        if self._quote and self._quote in text:
            return None
        if self._tabs_after_commas:
            text = text.replace(",\t", ",")
        if "\r" in text and "\r" in (text := text.replace("\r\n", "\n")):
            return None
        return text.encode() if text.endswith("\n") else f"{text}\n".encode()

    def divided(self, lines: bytes) -> Fields | None:
        """The fields; None if a line has too few or too many."""
        characters = np.frombuffer(lines, np.uint8)
        ends = np.flatnonzero((characters == self._delimiter) | (characters == _LINE_END))
        starts = np.concatenate((np.zeros(1, np.intp), ends[:-1] + 1))
        if len(ends) % self._width:
            return None
        is_line_end = (characters[ends] == _LINE_END).reshape(-1, self._width)
        if not is_line_end[:, -1].all() or is_line_end[:, :-1].any():
            return None
        return Fields(len(is_line_end), lines, starts, ends, self._width)

    def fields(self, text: str) -> Fields | None:
        """The fields of a text; None if it is not simple."""
        try:
            lines = self.lines(text)
        except UnicodeEncodeError:
            return None
        return None if lines is None else self.divided(lines)
