"""Arrow arrays of bytes, joined row by row from pieces of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, repeat
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from streams.columns.ragged import offsets_of

Piece: TypeAlias = bytes | NDArray[Any] | pa.BinaryArray
"""Bytes of each row: the same in all rows; as many in all rows, an element of the first axis each; or any number."""

_FEW: Final = 128
"""Rows that Python joins in less time than arrays of them are made."""


def byte_array(lengths: NDArray[np.integer[Any]], block: Any, valid: pa.Buffer | None = None) -> pa.BinaryArray:  # noqa: ANN401  # any object with a buffer
    """The values of these lengths, which stand one after the other in a block of bytes.

    Args:
        lengths: in bytes.
        block: of bytes; it is not copied.
        valid: a bitmap; without it no value is NULL.

    Raises:
        OverflowError: they are 2 GiB or more.
    """
    offsets = offsets_of(lengths)
    if offsets[-1] > np.iinfo(np.int32).max:
        raise OverflowError(f"{offsets[-1]} bytes are too many for one array")
    buffers = [valid, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(block)]
    return pa.BinaryArray.from_buffers(pa.binary(), len(lengths), buffers)


def fixed_size(table: NDArray[Any], valid: pa.Buffer | None = None) -> pa.BinaryArray:
    """The bytes of each element of the first axis; `valid` as above."""
    width = table.nbytes // max(len(table), 1)
    return byte_array(np.full(len(table), width), np.ascontiguousarray(table), valid)


def joined(pieces: Sequence[Piece], count: int) -> pa.BinaryArray:
    """The bytes of each of so many rows, one piece after the other; what is NULL has none."""
    if count <= _FEW:
        return pa.array(map(b"".join, zip(*(_of_each(piece, count) for piece in pieces), strict=True)), pa.binary())
    parts: list[pa.BinaryArray] = []
    for of_any_length, group in groupby(pieces, lambda piece: isinstance(piece, pa.BinaryArray)):
        consecutive = list(group)
        parts += consecutive if of_any_length else [fixed_size(_side_by_side(consecutive, count))]
    if len(parts) == 1 and not parts[0].null_count:
        return parts[0]
    return pc.binary_join_element_wise(*parts, b"", null_handling="replace", null_replacement="")


def _of_each(piece: Piece, count: int) -> Iterable[bytes]:
    if isinstance(piece, bytes):
        return repeat(piece, count)
    if isinstance(piece, np.ndarray):
        block, width = piece.tobytes(), piece.nbytes // max(len(piece), 1)
        return [block[start : start + width] for start in range(0, len(block), width)] if width else repeat(b"", count)
    return [value or b"" for value in piece.to_pylist()]


def _side_by_side(pieces: Sequence[bytes | NDArray[Any]], count: int) -> NDArray[Any]:
    if len(pieces) == 1 and isinstance(pieces[0], np.ndarray):
        return pieces[0]
    tables = [np.frombuffer(piece, f"V{len(piece)}") if isinstance(piece, bytes) else piece for piece in pieces]
    form = [(str(place), table.dtype, table.shape[1:]) for place, table in enumerate(tables)]
    found: NDArray[np.void] = np.empty(count, form)
    for place, table in enumerate(tables):
        found[str(place)] = table
    return found


def lengths_of(piece: Piece | pa.ListArray, of_null: int = 0) -> NDArray[np.int32] | int:
    """Bytes of each row; of a column of lists, how many each holds."""
    if isinstance(piece, bytes):
        return len(piece)
    if isinstance(piece, np.ndarray):
        return piece.nbytes // max(len(piece), 1)
    lengths: NDArray[np.int32] = np.diff(offsets_in(piece))
    if piece.null_count:
        lengths[~piece.is_valid().to_numpy(zero_copy_only=False)] = of_null
    return lengths


def offsets_in(column: pa.BinaryArray | pa.ListArray) -> NDArray[np.int32]:
    """Where each value begins among all bytes or elements, and where the last one ends."""
    found: NDArray[np.int32] = np.frombuffer(column.buffers()[1], np.int32)[column.offset :][: len(column) + 1]
    return found


def block_of(values: pa.BinaryArray) -> pa.Buffer:
    """All bytes of the values, one after the other, where no value is NULL."""
    if not len(values):
        return pa.py_buffer(b"")
    ends = offsets_in(values)
    block: pa.Buffer = values.buffers()[2][int(ends[0]) : int(ends[-1])]
    return block


def valid_bits(column: pa.Array) -> pa.Buffer | None:
    """Its bitmap, beginning with its first value; None if no value is NULL."""
    return pc.is_valid(column).buffers()[1] if column.null_count else None


def raw(column: pa.Array, form: str) -> NDArray[Any]:
    """The values of a column of fixed size as they are in memory; those of NULLs mean nothing."""
    return np.frombuffer(column.buffers()[1], form)[column.offset :][: len(column)]
