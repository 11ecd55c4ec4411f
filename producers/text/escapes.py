r"""Whether a file escapes quotes by backslashes, as Spark, MySQL and Hive write them, or doubles them as CSV has it.

`"6\" tube"` holds a quote in the one, and ends after `6\` in the other. A line proves the one or the other if it is a
whole row of as many fields as the header has in one reading only.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from producers.text.content import Content
from producers.text.dialects import Dialect
from producers.text.lines import BrokenOffError
from producers.text.quoting import QuotingError, Splitter

BACKSLASH = "\\"
_ENOUGH = 1000
"""Lines that prove the same, none the other, after which no more are looked at."""


class EscapeEvidence:
    """What the lines of a file prove."""

    def __init__(self, dialect: Dialect, width: int, opened: Callable[[], Content] | None = None) -> None:
        """Take how rows are split, how many fields the header has, and what opens the file, if it can be read twice."""
        self._opened = opened
        self._escaped, self._doubled = dialect.splitter(BACKSLASH), dialect.splitter("")
        self._sign = BACKSLASH + dialect.quote
        self._width = width
        self._for = self._against = 0
        self._is_complete = False

    @property
    def escape(self) -> str | None:
        """The file's escape, empty if it has none; None if nothing is proved, or both."""
        if bool(self._for) == bool(self._against):
            return None
        return BACKSLASH if self._for else ""

    def add(self, text: str) -> None:
        """Look at lines of the file; or at all of it, if it can be read twice, the first time.

        Raises:
            OSError: it cannot be read.
        """
        if self._opened is None:
            self._add(text)
            return
        if not self._is_complete:
            self._is_complete = True
            with closing(self._opened()) as content:
                self._add_all(content)

    def _add_all(self, content: Content) -> None:
        lines = content.lines
        while not self._is_enough and (block := lines.rest_of_block()):
            self._add(block.text)
            lines.needed_from += block.line_count

    @property
    def _is_enough(self) -> bool:
        return max(self._for, self._against) >= _ENOUGH or min(self._for, self._against) > 0

    def _add(self, text: str) -> None:
        if self._sign not in text:
            return
        for line in text.splitlines():
            if self._sign in line:
                escaped, doubled = self._is_row(line, self._escaped), self._is_row(line, self._doubled)
                self._for += escaped and not doubled
                self._against += doubled and not escaped

    def _is_row(self, line: str, splitter: Splitter) -> bool:
        try:
            return len(splitter.row(iter((line,))).fields) == self._width
        except (QuotingError, BrokenOffError):
            return False
