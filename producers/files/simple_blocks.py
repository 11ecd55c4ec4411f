"""Experiments by the block of lines, where each line of it is plain: four fields, no quotes, nothing to be repaired.

Most files are of this kind from end to end, and then neither the csv module nor a look at each row is needed. Whatever
is recognised here is what `producers.files.row_reader` and `producers.rows.fast_encoder` would give; property tests
hold them together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.types.column_types import Bounds, Column, ExactDecimal, Identifier, ListType
from producers.files.simple_lines import finder
from producers.rows.column_mapping import ColumnMapping
from producers.text.dialects import Dialect

MAX_LINE_BYTES = 2048
"""Of a plain line; longer ones are rare, and are read row by row."""
_PLAIN_DELIMITERS = frozenset(",\t|")
_PLAIN_POSITIONS = (0, 1, 2, 3)
_COLUMNS = (
    Column("experiment_id", Identifier()),
    Column("user_id", Identifier()),
    Column("experiment_compound_ids", ListType(Identifier(), ";", max_length=20_000)),
    Column("experiment_run_time", ExactDecimal(15, 3, Bounds(ge=0))),
)
"""The rows that producers.kafka.block_encoding knows."""


@dataclass(frozen=True)
class SimpleRows:
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

    def halves(self) -> tuple[SimpleRows, SimpleRows]:
        """The first half of the rows and the second one."""
        middle = self.count // 2
        cut = int(self.ends[middle - 1, -1]) + 1
        return SimpleRows(self.text[:cut], self.ends[:middle]), SimpleRows(self.text[cut:], self.ends[middle:] - cut)


Recognise = Callable[[str], SimpleRows | None]
"""The rows of a text of whole lines; None unless all of them are plain."""


def recogniser(layout: ColumnMapping, dialect: Dialect) -> Recognise | None:
    """What recognises blocks of files of this layout and dialect; None if there are no plain ones."""
    delimiter = dialect.delimiter
    kind = layout.kind
    is_known = kind.columns == _COLUMNS and kind.group == _COLUMNS[1].name
    as_published = is_known and layout.positions == _PLAIN_POSITIONS
    four_columns = len(layout.header) == len(_PLAIN_POSITIONS)
    if not as_published or not four_columns or layout.deletes or layout.null or dialect.trailing_commas:
        return None
    if delimiter not in _PLAIN_DELIMITERS:
        return None
    find_ends = finder(delimiter)

    def recognise(text: str) -> SimpleRows | None:
        if dialect.tabs_after_commas:
            text = text.replace(",\t", ",")
        if not text.isascii():
            return None
        data = text.encode()
        if "\r" in text:  # to look for one character is much faster than for two
            data = data.replace(b"\r\n", b"\n")
        if not data.endswith(b"\n"):
            data += b"\n"
        ends = find_ends(data)
        return None if ends is None else _short_rows(SimpleRows(data, ends))

    return recognise


def _short_rows(rows: SimpleRows) -> SimpleRows | None:
    """The rows; None if one of them is too long."""
    return rows if rows.lengths.max() <= MAX_LINE_BYTES else None
