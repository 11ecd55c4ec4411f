"""Texts that are put together row by row of parts: one pass over all rows and all parts, which may come in any order.

A part is what stands in each row: the same bytes in all of them, a column of its own, or cells of a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.wire.byte_arrays import Places, bytes_of


class Cells(NamedTuple):
    """For each row one of the pieces that a block of bytes is divided into."""

    block: bytes | pa.Buffer
    """The bytes of all pieces, one after the other."""
    bounds: Places
    """Where each piece begins, and where the last one ends: from 0 to the end of the block."""
    chosen: Places
    """The number of each row's piece."""

    @property
    def starts(self) -> Places:
        """Where in the block each row's piece begins."""
        return self.bounds[self.chosen]

    @property
    def lengths(self) -> Places:
        """The bytes of each row's piece."""
        lengths: Places = self.bounds[self.chosen + 1] - self.starts
        return lengths


Part: TypeAlias = bytes | pa.BinaryArray | Cells
"""None of an array's values is NULL."""


def cells_of(part: pa.BinaryArray | Cells) -> Cells:
    """The same as cells."""
    return part if isinstance(part, Cells) else Cells(*bytes_of(part), np.arange(len(part)))


def taken(part: Part, rows: Places | slice) -> Part:
    """A part with these rows, in this order."""
    if isinstance(part, bytes):
        return part
    cells = cells_of(part)
    return cells._replace(chosen=cells.chosen[rows])


def lengths(parts: Sequence[Part], count: int) -> Places:
    """The bytes of each of so many rows."""
    found: Places = np.full(count, sum(len(part) for part in parts if isinstance(part, bytes)))
    for part in parts:
        if not isinstance(part, bytes):
            found += cells_of(part).lengths
    return found


def joined(parts: Sequence[Part], count: int) -> pa.BinaryArray:
    """The text of each of so many rows."""
    columns = list(_merged(parts))
    # Pieces of all parts, one after the other, and for each row the numbers of its own: Arrow copies all at once.
    numbers: NDArray[np.int32] = np.empty((count, len(columns)), np.int32)
    firsts: dict[int, int] = {}
    blocks: list[Any] = []
    bounds: list[Places] = []
    pieces = size = 0
    for column, cells in enumerate(columns):
        if id(cells.bounds) not in firsts:
            firsts[id(cells.bounds)] = pieces
            blocks.append(cells.block)
            bounds.append(cells.bounds[:-1] + size)
            pieces += len(cells.bounds) - 1
            size += len(cells.block)
        np.add(cells.chosen, firsts[id(cells.bounds)], out=numbers[:, column], casting="unsafe")
    offsets = np.concatenate([*bounds, [size]], dtype=np.int32, casting="unsafe")
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(blocks))]
    block, ends = bytes_of(pa.Array.from_buffers(pa.binary(), pieces, buffers).take(pa.array(numbers.reshape(-1))))
    return pa.Array.from_buffers(pa.binary(), count, [None, pa.py_buffer(ends[:: len(columns)].copy()), block])


def _merged(parts: Sequence[Part]) -> list[Cells]:
    """The parts as cells; bytes that follow one another are one part."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] += part
        else:
            merged.append(part)
    return [_same(part) if isinstance(part, bytes) else cells_of(part) for part in merged]


def _same(part: bytes) -> Cells:
    return Cells(part, np.array([0, len(part)]), np.zeros(1, np.intp))
