"""A file's lines in constant memory: bounded in length, and repeatable from the start of the row being read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from io import StringIO
from typing import NamedTuple, TextIO

from models.rows import MAX_ROW_BYTES

MAX_FIELD = MAX_ROW_BYTES
"""Characters of the longest field read: a longer one could not be published."""
MAX_ROW = 2 * MAX_FIELD
"""Characters of the longest row read, over all its lines."""
BREAKER = "x" * (MAX_FIELD + 1)
"""Stands for what cannot be read on: too long for a field, it makes the csv module refuse the row it falls into."""

_BLOCK = 64 * 1024


class _Block(NamedTuple):
    first_line: int
    lines: list[str]

    def starting_at(self, line: int) -> list[str]:
        return self.lines[max(0, line - self.first_line) :]


class Lines:
    """The lines of one text, ended by LF, CR or CRLF and numbered from 1.

    Lines from `needed_from` on can be read again: a row found to have a stray quote has swallowed good lines.
    """

    def __init__(self, text: TextIO) -> None:
        """Take a text opened with newline="", at its start."""
        self._text = text
        self._rest = ""
        self._next_line = 1
        self._held: deque[_Block] = deque()
        self.needed_from = 1
        """The line that the row being read begins on."""

    @property
    def count(self) -> int:
        """How many lines were read up to now."""
        return self._next_line - 1

    def starting_at(self, first: int) -> Iterator[str]:
        """The lines from that one on; then BREAKER, which ends a row whose quote was never closed.

        BREAKER comes early if the row that begins at `needed_from` grows longer than MAX_ROW.
        """
        for block in tuple(self._held):
            yield from block.starting_at(first)
        while self._row_size() <= MAX_ROW and (following := self._read_block()):
            yield from following.starting_at(first)
        yield BREAKER

    def _row_size(self) -> int:
        """Characters read of the row that is being read; lines before it are let go."""
        while self._held and not self._held[0].starting_at(self.needed_from):
            self._held.popleft()
        return sum(len(line) for block in self._held for line in block.starting_at(self.needed_from))

    def _read_block(self) -> _Block | None:
        lines: list[str] = []
        while not lines and (text := self._text.read(_BLOCK)):
            # StringIO ends lines as files do; str.splitlines would end them at form feeds and others too.
            lines = StringIO(self._rest + text, newline="").readlines()
            # The last line may go on in the next text; so may a CR that looks like an end but begins a CRLF.
            self._rest = _shortened(lines.pop())
        if not lines and self._rest:
            lines, self._rest = [self._rest], ""
        if not lines:
            return None
        if len(lines[0]) > MAX_ROW:
            lines[0] = BREAKER
        block = _Block(self._next_line, lines)
        self._next_line += len(lines)
        self._held.append(block)
        return block


def _shortened(line: str) -> str:
    """The line, or of an overlong one just enough to know later that it was; its last character may be its end."""
    return line if len(line) <= MAX_ROW else line[:MAX_ROW] + line[-1]
