"""Numbers, days, moments and flags as words of 64 bits, the lowest first, and how many bytes a word takes."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.columns.binary_array import raw

Integers: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]

WORD: Final = 8
"""Bytes of a word."""


def number_of_words(kind: pa.DataType) -> int:
    """How many words a value of this type has."""
    words: int = -(-kind.bit_width // 64)
    return words


def words_of(column: pa.Array) -> Integers:
    """The words of each value; those of a NULL mean nothing."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return raw(column.cast(pa.uint8()), "u1").astype(np.int64)[:, None]
    if pa.types.is_decimal(kind):
        return raw(column, f"V{kind.byte_width}").view(np.int64).reshape(-1, number_of_words(kind))
    return raw(column, f"<i{kind.byte_width}").astype(np.int64, copy=False)[:, None]


def values_of(kind: pa.DataType, words: NDArray[Any], valid: pa.Buffer | None = None) -> pa.Array:
    """The column with these words."""
    if pa.types.is_boolean(kind):
        bits = pa.array(words[:, 0] != 0).buffers()[1]
        return pa.Array.from_buffers(kind, len(words), [valid, bits])
    values = np.ascontiguousarray(words, f"<i{min(kind.byte_width, WORD)}")
    return pa.Array.from_buffers(kind, len(words), [valid, pa.py_buffer(values)])


def widths_of(numbers: Integers) -> Bytes:
    """How many bytes each number takes: 1, 2, 4 or 8; a negative one takes 8."""
    bits = numbers.view(np.uint64)
    exponents = (bits >> 8 > 0).view(np.uint8) + (bits >> 16 > 0).view(np.uint8) + (bits >> 32 > 0).view(np.uint8)
    widths: Bytes = np.left_shift(np.uint8(1), exponents)
    return widths


def are_wide(words: Integers) -> NDArray[np.bool_]:
    """Which numbers are not said by their lowest word."""
    wide: NDArray[np.bool_] = (words[:, 1:] != (words[:, :1] >> 63)).any(axis=1)
    return wide
