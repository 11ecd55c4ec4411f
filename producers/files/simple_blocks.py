"""Rows by the block of lines, where each line is one simple row: no quotes, nothing to be repaired.

Most files are of this kind from end to end, and then neither the csv module nor a look at each row is needed. Whatever
is recognised here is what `producers.files.row_reader` and `producers.rows.fast_encoder` would give; property tests
hold them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.declaration.model import RowTable
from models.types.column_types import Instant
from models.wire.byte_arrays import texts_at
from models.wire.encode import json_of_texts, json_values_of_texts
from models.wire.keys import joined_keys
from producers.files.simple_texts import can_be_simple, simple_texts
from producers.rows.column_mapping import ColumnMapping
from producers.text.dialects import Dialect

MAX_RECORD_BYTES: Final = 64 * 1024
"""Of a simple row's value and key; longer ones are rare, and are read row by row."""
_DELIMITERS: Final = frozenset(",\t|;")
_LINE_END: Final = ord("\n")


@dataclass(frozen=True)
class BlockRows:
    """Consecutive rows of a line each, as they are published."""

    keys: pa.BinaryArray
    """Of the records."""
    values: pa.BinaryArray
    """JSON."""

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.keys)

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """Bytes of each key and value together."""
        return np.asarray(pc.add(pc.binary_length(self.keys), pc.binary_length(self.values)))

    def halves(self) -> tuple[BlockRows, BlockRows]:
        """The first half of the rows and the second one."""
        middle = self.count // 2
        return (
            BlockRows(self.keys[:middle], self.values[:middle]),
            BlockRows(self.keys[middle:], self.values[middle:]),
        )


Recognise = Callable[[str], BlockRows | None]
"""The rows of a text of whole lines; None unless all of them are simple."""


def recogniser(layout: ColumnMapping, dialect: Dialect) -> Recognise | None:
    """What recognises blocks of files of this layout and dialect; None if there are no simple ones."""
    if layout.deletes or layout.null or layout.kind.has_validators:
        return None
    if dialect.trailing_commas or dialect.delimiter not in _DELIMITERS:
        return None
    if layout.zone is not UTC and any(isinstance(column.type, Instant) for column in layout.kind.columns):
        return None
    if not all(can_be_simple(column.type, dialect.delimiter) for column in layout.kind.columns):
        return None
    return _Recogniser(layout, dialect).rows


class _Recogniser:
    def __init__(self, layout: ColumnMapping, dialect: Dialect) -> None:
        self._table: RowTable = layout.kind
        self._positions = layout.positions
        self._quote = dialect.quote
        self._tabs_after_commas = dialect.tabs_after_commas
        self._delimiter = ord(dialect.delimiter)
        self._width = len(layout.header)

    def rows(self, text: str) -> BlockRows | None:
        """The rows of the text; None if one is not simple."""
        if self._quote and self._quote in text:
            return None
        if self._tabs_after_commas:
            text = text.replace(",\t", ",")
        if "\r" in text and "\r" in (text := text.replace("\r\n", "\n")):
            return None
        try:
            found = self._columns(text.encode() if text.endswith("\n") else f"{text}\n".encode())
        except (pa.ArrowInvalid, UnicodeEncodeError):
            return None
        if found is None:
            return None
        types = self._table.types
        keys = joined_keys([json_of_texts(types[name], found[name]) for name in self._table.partitioned_by])
        rows = BlockRows(keys, json_values_of_texts(self._table, found))
        return rows if rows.lengths.max(initial=0) <= MAX_RECORD_BYTES else None

    def _columns(self, text: bytes) -> Mapping[str, pa.StringArray] | None:
        fields = self._fields(text)
        if fields is None:
            return None
        texts: dict[str, pa.StringArray] = {}
        for column, position in zip(self._table.columns, self._positions, strict=True):
            is_key = column.name in self._table.partitioned_by
            simple = simple_texts(column, fields(position), is_key=is_key)
            if simple is None:
                return None
            texts[column.name] = simple
        return texts

    def _fields(self, text: bytes) -> Callable[[int], pa.StringArray] | None:
        """What gives the texts of each column; None if a line has too few or too many."""
        characters = np.frombuffer(text, np.uint8)
        ends = np.flatnonzero((characters == self._delimiter) | (characters == _LINE_END))
        starts = np.concatenate((np.zeros(1, np.intp), ends[:-1] + 1))
        if len(ends) % self._width:
            return None
        is_line_end = (characters[ends] == _LINE_END).reshape(-1, self._width)
        if not is_line_end[:, -1].all() or is_line_end[:, :-1].any():
            return None
        width = self._width
        return lambda column: texts_at(text, starts[column::width], ends[column::width]).view(pa.string())
