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
import pyarrow.csv
from numpy.typing import NDArray

from models.declaration.model import RowTable
from models.types.column_types import Instant
from models.wire.encode import json_values_of_texts
from models.wire.keys import key_bytes
from producers.files.simple_texts import can_be_simple, simple_texts, typed
from producers.rows.column_mapping import ColumnMapping
from producers.text.dialects import Dialect

MAX_RECORD_BYTES: Final = 64 * 1024
"""Of a simple row's value and key; longer ones are rare, and are read row by row."""
_DELIMITERS: Final = frozenset(",\t|;")


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
        self._parse = pyarrow.csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=False,
            double_quote=False,
            ignore_empty_lines=False,
        )
        names = [str(number) for number in range(len(layout.header))]
        self._read = pyarrow.csv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 24)
        self._convert = pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[names[position] for position in layout.positions],
            strings_can_be_null=False,
            check_utf8=True,
        )

    def rows(self, text: str) -> BlockRows | None:
        """The rows of the text; None if one is not simple."""
        if self._quote and self._quote in text:
            return None
        if self._tabs_after_commas:
            text = text.replace(",\t", ",")
        if "\r" in text and "\r" in (text := text.replace("\r\n", "\n")):
            return None
        try:
            found = self._columns(text)
        except (pa.ArrowInvalid, UnicodeEncodeError):
            return None
        if found is None:
            return None
        values = json_values_of_texts(self._table, found)
        rows = BlockRows(self._keys(found), values)
        return rows if rows.lengths.max(initial=0) <= MAX_RECORD_BYTES else None

    def _keys(self, texts: Mapping[str, pa.StringArray]) -> pa.BinaryArray:
        columns = [column for column in self._table.columns if column.name in self._table.partitioned_by]
        values = {column.name: typed(column.type, texts[column.name]) for column in columns}
        return key_bytes(columns, pa.record_batch(values))

    def _columns(self, text: str) -> Mapping[str, pa.StringArray] | None:
        read = pyarrow.csv.read_csv(pa.py_buffer(text.encode()), self._read, self._parse, self._convert)
        texts: dict[str, pa.StringArray] = {}
        for column, found in zip(self._table.columns, read.columns, strict=True):
            simple = simple_texts(column, found.combine_chunks())
            if simple is None:
                return None
            texts[column.name] = simple
        return texts
