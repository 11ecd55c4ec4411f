"""A file's lines in constant memory: bounded in length, and repeatable from the start of the row being read."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from io import StringIO
from itertools import accumulate, islice, takewhile
from typing import NamedTuple, Protocol

from models.rows import MAX_ROW_BYTES

MAX_FIELD = MAX_ROW_BYTES
"""Characters of the longest field taken: a longer one could not be published."""
MAX_ROW = 4 * 1024 * 1024
"""Characters of the longest row read, over all its lines and with what is not needed of it, such as a picture."""
MAX_ORIGINAL = 64 * 1024
"""Characters that are kept of a line too long."""
_BLOCK = 64 * 1024
_LEAST_ROW = 1024
"""Characters that a row may always have, and that each line read adds to what the next row may have."""


class Readable(Protocol):
    """A stream of text."""

    def read(self, size: int, /) -> str:
        """About `size` characters, none only at the end; line ends are not translated."""


class BrokenOffError(Exception):
    """Reading stops before the end of the text."""


class WholeLines(NamedTuple):
    """A few whole lines as one text."""

    text: str
    line_count: int


class _Block:
    """Consecutive lines, which are divided only if one of them is asked for."""

    def __init__(self, first_line: int, whole: WholeLines, lines: list[str] | None = None) -> None:
        self.first_line = first_line
        self._whole = whole
        self._lines = lines

    def starting_at(self, line: int) -> list[str]:
        if line >= self.first_line + self._whole.line_count:
            return []
        if self._lines is None:
            self._lines = _divided(self._whole.text)
        return self._lines[max(0, line - self.first_line) :]

    def whole_from(self, line: int) -> WholeLines | None:
        """The same in one; None if there are none."""
        if line <= self.first_line:
            return self._whole
        lines = self.starting_at(line)
        return WholeLines("".join(lines), len(lines)) if lines else None

    def row_size(self, first: int) -> int:
        return len(self._whole.text) if first <= self.first_line else sum(map(len, self.starting_at(first)))


class Lines:
    """The lines of one text, ended by LF, CR or CRLF and numbered from 1.

    Lines from `needed_from` on can be read again: a row found to have a stray quote has swallowed good lines.
    """

    def __init__(self, text: Readable) -> None:
        """Take a text at its start."""
        self._text = text
        self._rest = ""
        self._overlong: str | None = None
        self._next_line = 1
        self._held: deque[_Block] = deque()
        self._credit = MAX_ROW
        self._credit_line = 1
        self.needed_from = 1
        """The line that the row being read begins on."""

    @property
    def count(self) -> int:
        """How many lines were read up to now."""
        return self._next_line - 1

    def starting_at(self, first: int) -> Iterator[str]:
        """The lines from that one on.

        Raises:
            BrokenOffError: after the last one, so that no row ends there whose quote was never closed; earlier if the
                row that begins at `needed_from` grows too long.
        """
        for block in self._blocks():
            size = self._row_size_before(block.first_line)
            if size > self._longest_row():
                break
            lines = block.starting_at(first)
            if self._longest_row() == MAX_ROW:
                yield from lines
            elif not (yield from self._within_limit(max(first, block.first_line), lines, size)):
                break
        raise BrokenOffError

    def _blocks(self) -> Iterator[_Block]:
        yield from tuple(self._held)
        while following := self._read_block():
            yield following

    def _within_limit(self, first: int, lines: list[str], before: int) -> Generator[str, None, bool]:
        """The lines, as long as the row being read, with what is `before` them, is not too long; whether all."""
        given, size = 0, before
        while given < len(lines):
            room = self._longest_row() - size
            if room < 0:
                return False
            sizes = accumulate(map(len, islice(lines, given, None)))
            fitting = max(1, sum(1 for _ in takewhile(room.__ge__, sizes)))
            yield from lines[given : given + fitting]
            given += fitting
            of_row = lines[max(0, self.needed_from - first) : given]
            size = sum(map(len, of_row)) + (before if self.needed_from < first else 0)
        return True

    def rest_of_block(self) -> WholeLines | None:
        """The lines from `needed_from` to the end of the block that it is in; None at the end of the text."""
        for block in self._blocks():
            if found := block.whole_from(self.needed_from):
                return found
            self._held.popleft()
        return None

    def note_broken_row(self) -> None:
        """Half as much is read for the next row, until good lines make up for it.

        So a file of nothing but stray quotes costs little more than its length, not its length times MAX_ROW.
        """
        self._credit = self._longest_row() // 2
        self._credit_line = self.needed_from

    def text_between(self, first: int, end: int) -> str:
        """The lines from `first`, which must be held, up to `end`, as read; the text is cut at MAX_ORIGINAL."""
        parts: list[str] = []
        size = 0
        for block in self._held:
            for line in block.starting_at(first)[: max(0, end - max(first, block.first_line))]:
                parts.append(line)
                size += len(line)
                if size >= MAX_ORIGINAL:
                    return "".join(parts)[:MAX_ORIGINAL]
        return "".join(parts)

    def held_from(self, first: int) -> list[str]:
        """The lines from one that is held to the end of its block."""
        return next(found for block in self._held if (found := block.starting_at(first)))

    def lines_between(self, first: int, end: int) -> list[str]:
        """The lines from `first`, which must be held, up to `end`."""
        found: list[str] = []
        for block in self._held:
            found += block.starting_at(first)[: max(0, end - max(first, block.first_line))]
        return found

    def _longest_row(self) -> int:
        earned = _LEAST_ROW * (self.needed_from - self._credit_line + 1)
        return min(MAX_ROW, self._credit + earned)

    def _row_size_before(self, line: int) -> int:
        """Characters of the row being read that stand in blocks before that line; lines before it are let go."""
        while self._held and not self._held[0].starting_at(self.needed_from):
            self._held.popleft()
        return sum(block.row_size(self.needed_from) for block in self._held if block.first_line < line)

    def _read_block(self) -> _Block | None:
        while text := self._text.read(_BLOCK):
            rest = self._rest
            joined = rest + text
            if self._overlong is None and (whole := _undivided(joined)):
                self._rest = joined[len(whole.text) :]
                return self._hold(whole)
            if rest.endswith("\r"):
                rest, text = rest[:-1], rest[-1] + text
            lines = _divided(text)
            if rest.endswith("\n"):
                lines.insert(0, rest)
            else:
                lines[0] = rest + lines[0]
            # The last line may go on in the next text; so may a CR that looks like an end but begins a CRLF.
            self._rest = self._shortened(lines.pop(), is_first=not lines)
            if lines:
                return self._hold_lines(lines)
        last, self._rest = self._rest, ""
        return self._hold_lines([last]) if last else None

    def _shortened(self, line: str, *, is_first: bool) -> str:
        """The beginning of a line; of an overlong one just its last character, which may be its end."""
        if len(line) <= MAX_ROW and (self._overlong is None or not is_first):
            return line
        if is_first:
            self._overlong = self._overlong or line[:MAX_ORIGINAL]
            return line[-1]
        return line

    def _hold_lines(self, lines: list[str]) -> _Block:
        if self._overlong is not None or len(lines[0]) > MAX_ROW:
            lines[0] = (self._overlong or lines[0][:MAX_ORIGINAL]).ljust(MAX_ROW + 1, "x")
            self._overlong = None
        return self._hold(WholeLines("".join(lines), len(lines)), lines)

    def _hold(self, whole: WholeLines, lines: list[str] | None = None) -> _Block:
        block = _Block(self._next_line, whole, lines)
        self._next_line += whole.line_count
        self._held.append(block)
        return block


def _undivided(text: str) -> WholeLines | None:
    """The lines that end in the text, all by LF or CRLF; None if there are none, other ends, or one may be too long."""
    end = text.rfind("\n") + 1
    if not end or end > MAX_ROW or ("\r" in text and text.count("\r") != text.count("\r\n")):
        return None
    return WholeLines(text[:end], text.count("\n"))


def _divided(text: str) -> list[str]:
    # StringIO ends lines as files do; str.splitlines would end them at form feeds and others too.
    return StringIO(text, newline="").readlines()
