"""Rows by the block of lines, where each line is one simple row: no quotes, nothing to be repaired.

Most files are of this kind from end to end, and then neither the csv module nor a look at each row is needed. Whatever
is recognised here is what `producers.files.row_reader` and `producers.rows.fast_encoder` would give; property tests
hold them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import Final

import pyarrow as pa

from models.declaration.model import RowTable
from models.types.column_types import ExactDecimal, Instant
from models.wire.byte_arrays import Places
from models.wire.definition import columns_named
from models.wire.encode import Texts, json_parts, value_parts
from models.wire.keys import key_parts
from models.wire.parts import Cells, Part, cells_of, joined, lengths, taken
from producers.files.simple_fields import SimpleFields
from producers.files.simple_lines import SimpleLines
from producers.files.simple_texts import can_be_simple, simple_texts
from producers.rows.column_mapping import ColumnMapping
from producers.text.dialects import Dialect

MAX_RECORD_BYTES: Final = 64 * 1024
"""Of a simple row's value and key; longer ones are rare, and are read row by row."""


@dataclass(frozen=True)
class BlockRows:
    """Consecutive rows of a line each, as they are published."""

    keys: pa.BinaryArray | Cells
    """Of the records."""
    values: Sequence[Part]
    """The parts of their JSON."""
    count: int
    """How many rows."""

    @cached_property
    def key_lengths(self) -> Places:
        """Bytes of each key."""
        return lengths([self.keys], self.count)

    @cached_property
    def value_lengths(self) -> Places:
        """Bytes of each value."""
        return lengths(self.values, self.count)

    def halves(self) -> tuple[BlockRows, BlockRows]:
        """The first half of the rows and the second one."""
        middle = self.count // 2
        return self._part(slice(middle), middle), self._part(slice(middle, None), self.count - middle)

    def _part(self, rows: slice, count: int) -> BlockRows:
        return BlockRows(taken(cells_of(self.keys), rows), [taken(part, rows) for part in self.values], count)


Recognise = Callable[[str], BlockRows | None]
"""The rows of a text of whole lines; None unless all of them are simple."""


def recogniser(layout: ColumnMapping, dialect: Dialect) -> Recognise | None:
    """What recognises blocks of files of this layout and dialect; None if there are no simple ones."""
    if layout.deletes or layout.null or layout.kind.has_validators:
        return None
    fields = SimpleFields.of(dialect, len(layout.header))
    if fields is None:
        return None
    if layout.zone is not UTC and any(isinstance(column.type, Instant) for column in layout.kind.columns):
        return None
    if not all(can_be_simple(column.type, dialect.delimiter) for column in layout.kind.columns):
        return None
    return _Recogniser(layout, dialect, fields).rows


class _Recogniser:
    def __init__(self, layout: ColumnMapping, dialect: Dialect, fields: SimpleFields) -> None:
        self._table: RowTable = layout.kind
        self._keys = columns_named(layout.kind, layout.kind.partitioned_by)
        self._positions = layout.positions
        self._fields = fields
        # Equal keys must be equal texts, and a decimal can be written in several ways; of a mark, the files' way is not
        # that of the wire.
        has_forms = any(isinstance(column.type, ExactDecimal) for column in self._keys)
        has_forms = has_forms or any(column.written for column in layout.kind.columns)
        self._lines = None if has_forms else SimpleLines(layout, dialect.delimiter)

    def rows(self, text: str) -> BlockRows | None:
        """The rows of the text; None if one is not simple."""
        try:
            lines = self._fields.lines(text)
            found = lines and ((self._lines and self._lines.texts(lines)) or self._columns(lines))
        except (pa.ArrowInvalid, UnicodeEncodeError):
            return None
        if not lines or not found:
            return None
        count = lines.count(b"\n")
        keys = key_parts([json_parts(column, found[column.name]) for column in self._keys])
        key = joined(keys, count) if len(keys) > 1 or isinstance(keys[0], bytes) else keys[0]
        rows = BlockRows(key, value_parts(self._table, found), count)
        return rows if (rows.key_lengths + rows.value_lengths).max() <= MAX_RECORD_BYTES else None

    def _columns(self, lines: bytes) -> Mapping[str, Texts] | None:
        fields = self._fields.divided(lines)
        if fields is None:
            return None
        texts: dict[str, Texts] = {}
        for column, position in zip(self._table.columns, self._positions, strict=True):
            is_key = column.name in self._table.partitioned_by
            simple = simple_texts(column, fields.column(position), is_key=is_key)
            if simple is None:
                return None
            texts[column.name] = simple
        return texts
