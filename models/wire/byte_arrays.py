"""Arrow's binary arrays and the blocks of bytes that they stand in."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Places: TypeAlias = NDArray[np.signedinteger[Any]]
"""Positions of bytes in a block."""
MAX_BLOCK = 2**31 - 1
"""Bytes of a block that Arrow's binary arrays can name."""


def texts_at(block: Any, starts: Places, ends: Places) -> pa.BinaryArray:  # noqa: ANN401  # bytes or a buffer of Arrow
    """The bytes between these places of a block, which come one after the other and may lie apart.

    Unchecked: places that are not so are memory that is not the block's.
    """
    offsets: Places = np.empty(2 * len(starts) + 1, np.int32)
    offsets[0:-1:2], offsets[1::2] = starts, ends
    offsets[-1] = ends[-1] if len(ends) else 0
    # What lies between two texts is an element too, and not taken.
    pieces = pa.Array.from_buffers(pa.binary(), 2 * len(starts), [None, pa.py_buffer(offsets), pa.py_buffer(block)])
    return pieces.take(pa.array(np.arange(0, 2 * len(starts), 2)))


def bytes_of(texts: pa.Array) -> tuple[pa.Buffer, Places]:
    """The bytes of all texts, one after the other; where each begins, and where the last one ends."""
    _, offsets, block = texts.buffers()
    if block is None or not len(texts):
        return pa.py_buffer(b""), np.zeros(len(texts) + 1, np.int32)
    bounds = np.frombuffer(offsets, np.int32, len(texts) + 1, texts.offset * np.int32().nbytes)
    return block.slice(bounds[0], bounds[-1] - bounds[0]), bounds - bounds[0]
