"""Values of Arrow columns as plain Python: what takes less than arrays where there are few.

A whole number, decimal, day or moment is an integer, as Arrow has it: thousandths for a decimal of three places, days
or microseconds since 1970. A text is its UTF-8, whose order is that of code points; a flag is a bool, a list a list,
and NULL is None.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

FEW: Final = 256
"""Rows that take less as plain Python than as arrays."""
_FORMS: Final = {pa.lib.Type_INT64: "<i8", pa.lib.Type_DATE32: "<i4", pa.lib.Type_TIMESTAMP: "<i8"}


def plain_values(column: pa.Array) -> list[Any]:
    """The values of a column of a declared type, or of a state."""
    found = _plain_values(column)
    if column.null_count:
        return [value if valid else None for value, valid in zip(found, column.is_valid().to_pylist(), strict=True)]
    return found


def _plain_values(column: pa.Array) -> list[Any]:
    """The same with anything in place of NULL."""
    kind = column.type
    if form := _FORMS.get(kind.id):
        words: list[int] = _bytes_of(column).view(form).tolist()
        return words
    if pa.types.is_decimal(kind):
        block, width = _bytes_of(column).tobytes(), kind.byte_width
        return [int.from_bytes(block[at : at + width], "little", signed=True) for at in range(0, len(block), width)]
    if pa.types.is_list(kind):
        ends: list[int] = column.offsets.to_numpy().tolist()
        first = ends[0]
        items = plain_values(column.values.slice(first, ends[-1] - first))
        return [items[start - first : end - first] for start, end in pairwise(ends)]
    others: list[Any] = (column.cast(pa.binary()) if pa.types.is_string(kind) else column).to_pylist()
    return others


def _bytes_of(column: pa.Array) -> NDArray[np.uint8]:
    width = column.type.bit_width // 8
    block: NDArray[np.uint8] = np.frombuffer(column.buffers()[1] or b"", np.uint8)
    return block[column.offset * width : (column.offset + len(column)) * width]
