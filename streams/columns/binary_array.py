"""Arrow arrays of bytes, made from columns and joined row by row."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from streams.columns.ragged import offsets_of

Part: TypeAlias = pa.BinaryArray | pa.BinaryScalar
"""Some bytes of each row, or the same bytes of every row."""
_NOTHING = pa.scalar(b"")


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


def joined(*parts: Part) -> pa.BinaryArray:
    """The bytes of each row, one part after the other; what is NULL adds nothing. One part at least is an array."""
    return pc.binary_join_element_wise(*parts, _NOTHING, null_handling="replace", null_replacement="")


def lengths_of(values: pa.BinaryArray, of_null: int = 0) -> NDArray[np.int32]:
    """Bytes of each value."""
    found: NDArray[np.int32] = pc.binary_length(values).fill_null(of_null).to_numpy()
    return found


def block_of(values: pa.BinaryArray) -> pa.Buffer:
    """All bytes of the values, one after the other; NULLs have none."""
    ends = np.frombuffer(values.buffers()[1], np.int32)[values.offset :][: len(values) + 1]
    first, last = (int(ends[0]), int(ends[-1])) if len(ends) else (0, 0)
    block: pa.Buffer = (values.buffers()[2] or pa.py_buffer(b""))[first:last]
    return block


def valid_bits(column: pa.Array) -> pa.Buffer | None:
    """Its bitmap, beginning with its first value; None if no value is NULL."""
    return pc.is_valid(column).buffers()[1] if column.null_count else None
