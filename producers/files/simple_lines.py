"""Whether each field of some lines stands as it is published, found by one regular expression for all of them.

Most lines of most files are such. What is not may still be simple by columns: see `producers.files.simple_texts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from models.types.column_types import Column, ColumnType, ExactDecimal, Instant, ListType, TextType
from models.wire.byte_arrays import Places, texts_at
from models.wire.encode import Texts
from models.wire.parts import Cells
from models.wire.plain_forms import INSTANT_TO_THE_SECOND, plain
from producers.files.simple_texts import APOSTROPHE, MARKERS, keep_lengths, keep_limits, list_form, unsigned, word_form
from producers.rows.column_mapping import ColumnMapping
from producers.values.null_markers import LONGEST_MARKER

_LINE_END: Final = ord("\n")
_TO_THE_SECOND: Final = len("2024-03-05 13:00:00")


class SimpleLines:
    """Reads lines of files of one layout."""

    def __init__(self, layout: ColumnMapping, delimiter: str) -> None:
        """Take the columns of the files, and what divides them."""
        self._columns = list(zip(layout.kind.columns, layout.positions, strict=True))
        self._width = len(layout.header)
        self._delimiter = ord(delimiter)
        between = f"\\x{{{self._delimiter:x}}}"
        forms = [rf"[^\n{between}]*"] * self._width
        for column, position in self._columns:
            forms[position] = _form(column, between)
        self._form = rf"\A(?:{between.join(forms)}\n)+\z"

    def texts(self, lines: bytes) -> Mapping[str, Texts] | None:
        """The texts of each column as `models.wire.encode.value_parts` takes them; None unless all are as published."""
        offsets = pa.py_buffer(np.array([0, len(lines)], np.int32))
        whole = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(lines)])
        if not pc.match_substring_regex(whole, self._form)[0].as_py():
            return None
        bounds = self._bounds(lines)
        found: dict[str, Texts] = {}
        for column, position in self._columns:
            cells = Cells(lines, bounds, np.arange(2 * position, len(bounds) - 1, 2 * self._width))
            texts = _texts(column, cells)
            if texts is None:
                return None
            found[column.name] = texts
        return found

    def _bounds(self, lines: bytes) -> Places:
        """Where each field begins and ends: between two of them is the byte that divides them."""
        characters = np.frombuffer(lines, np.uint8)
        ends = np.flatnonzero((characters == self._delimiter) | (characters == _LINE_END))
        bounds: Places = np.empty(2 * len(ends) + 1, np.int32)
        bounds[0], bounds[1::2], bounds[2::2] = 0, ends, ends + 1
        return bounds


def _form(column: Column, between: str) -> str:
    """Regular expression of what may be published as it stands; of an optional column, nothing as well."""
    match column.type:
        case TextType():
            form = word_form(between, first=APOSTROPHE)
        case ListType() as kind:
            form = list_form(kind)
        case Instant():
            form = INSTANT_TO_THE_SECOND
        case ExactDecimal() as kind:
            form = unsigned(kind)[0]
        case kind:
            form = plain(kind)
    return f"(?:{form})?" if column.optional else form


def _texts(column: Column, cells: Cells) -> Texts | None:
    """The texts of a column, which have its form; None unless all of them are simple."""
    kind, has_nothing = column.type, column.optional and not cells.lengths.all()
    if has_nothing and isinstance(kind, ListType | Instant):
        return None
    if isinstance(kind, ListType):
        lists = _array(cells)
        return lists if keep_lengths(kind, lists) else None
    if isinstance(kind, ExactDecimal):
        kind = unsigned(kind)[1]
    some = cells if not has_nothing else cells._replace(chosen=cells.chosen[cells.lengths > 0])
    if column.optional and isinstance(kind, TextType) and _hold_markers(some):
        return None
    return cells if keep_limits(kind, lambda: _values(kind, some)) else None


def _hold_markers(cells: Cells) -> bool:
    """Whether one says that there is nothing."""
    short = cells._replace(chosen=cells.chosen[cells.lengths <= LONGEST_MARKER])
    return len(short.chosen) > 0 and bool(pc.any(pc.is_in(_array(short), MARKERS)).as_py())


def _values(kind: ColumnType, cells: Cells) -> pa.Array:
    if not isinstance(kind, Instant):
        return _array(cells).cast(kind.arrow)
    texts = texts_at(cells.block, cells.starts, cells.starts + _TO_THE_SECOND)
    return texts.view(pa.string()).cast(pa.timestamp("us")).view(kind.arrow)


def _array(cells: Cells) -> pa.StringArray:
    return texts_at(cells.block, cells.starts, cells.starts + cells.lengths).view(pa.string())
