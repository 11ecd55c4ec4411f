"""Experiments by the block of lines, where each line of it is plain: four fields, no quotes, nothing to be repaired.

Most files are of this kind from end to end, and then neither the csv module nor a look at each row is needed: one
regular expression says that all lines are well formed. Whatever is recognised here is what `producers.records` and
`producers.fast_rows` would give; property tests hold them together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.rows import PLAIN_RUN_TIME, WHOLE_ID
from producers import kinds
from producers.dialect import Dialect
from producers.fast_rows import COMPOUND_IDS
from producers.layout import Layout

MAX_LINE_BYTES = 2048
"""Of a plain line; longer ones are rare, and are read row by row."""
_FIELDS = 4
_PLAIN_DELIMITERS = frozenset(",\t|")
_PLAIN_POSITIONS = (0, 1, 2, 3)
_LINE_END = ord("\n")


@dataclass(frozen=True)
class PlainRows:
    """Consecutive lines of ids, compound ids and run time as they are published, but for what divides them."""

    text: bytes
    """The lines, each ended by a line feed."""
    ends: NDArray[np.intp]
    """Where in the text each of a row's four fields ends: rows by fields."""

    @property
    def count(self) -> int:
        """How many rows, each of one line."""
        return len(self.ends)

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """Where in the text each row begins."""
        return np.concatenate((np.zeros(1, np.intp), self.ends[:-1, -1] + 1))

    @property
    def lengths(self) -> NDArray[np.intp]:
        """Bytes of each line, without its end."""
        return self.ends[:, -1] - self.starts

    @property
    def user_starts(self) -> NDArray[np.intp]:
        """Where in the text each row's user begins, the second field and the record's key."""
        return self.ends[:, 0] + 1

    @property
    def user_lengths(self) -> NDArray[np.intp]:
        """Bytes of each row's user."""
        return self.ends[:, 1] - self.user_starts

    def halves(self) -> tuple[PlainRows, PlainRows]:
        """The first half of the rows and the second one."""
        middle = self.count // 2
        cut = int(self.ends[middle - 1, -1]) + 1
        return PlainRows(self.text[:cut], self.ends[:middle]), PlainRows(self.text[cut:], self.ends[middle:] - cut)


Recognise = Callable[[str], PlainRows | None]
"""The rows of a text of whole lines; None unless all of them are plain."""


def recogniser(layout: Layout, dialect: Dialect) -> Recognise | None:
    """What recognises blocks of files of this layout and dialect; None if there are no plain ones."""
    delimiter = dialect.delimiter
    as_published = layout.kind is kinds.EXPERIMENTS and layout.positions == _PLAIN_POSITIONS
    four_columns = len(layout.header) == len(_PLAIN_POSITIONS)
    if not as_published or not four_columns or layout.deletes or dialect.trailing_commas:
        return None
    if delimiter not in _PLAIN_DELIMITERS:
        return None
    fields = re.escape(delimiter).join((WHOLE_ID, WHOLE_ID, COMPOUND_IDS, PLAIN_RUN_TIME))
    is_plain = re.compile(rf"(?:{fields}\n)++".encode()).fullmatch

    def recognise(text: str) -> PlainRows | None:
        if dialect.tabs_after_commas:
            text = text.replace(",\t", ",")
        if not text.isascii():
            return None
        data = text.encode().replace(b"\r\n", b"\n")
        if not data.endswith(b"\n"):
            data += b"\n"
        return _short_rows(data, ord(delimiter)) if is_plain(data) else None

    return recognise


def _short_rows(data: bytes, delimiter: int) -> PlainRows | None:
    """The rows of well-formed lines; None if one of them is too long."""
    characters = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero((characters == delimiter) | (characters == _LINE_END)).reshape(-1, _FIELDS)
    rows = PlainRows(data, ends)
    return rows if rows.lengths.max() <= MAX_LINE_BYTES else None
