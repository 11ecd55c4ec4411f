"""Records in Kafka's binary form, made from columns of keys and values: no Python code runs for each record.

A record, lengths and the offset delta as varints (https://kafka.apache.org/documentation/#record):

    length | attributes and timestamp delta, 0 | offset delta | length of key | key | length of value | value | headers

The length of a value that is not there is -1.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.signedinteger[Any]]

ATTRIBUTES_AND_TIMESTAMP: Final = b"\x00\x00"
"""No attributes, and the batch's own timestamp."""
NO_HEADERS: Final = pa.scalar(b"\x00")
MOST_BESIDES: Final = 40
"""Bytes that a record has more than key, value and headers, and more than enough."""
_BITS: Final = 7
"""Of a number that a byte of its varint holds."""
_LOWEST_BITS: Final = 0x7F
_NOTHING: Final = pa.scalar(b"")


def encoded_records(
    keys: pa.BinaryArray, values: pa.BinaryArray, deltas: Integers, *headers: pa.BinaryArray | pa.BinaryScalar
) -> pa.BinaryArray:
    """The records.

    Args:
        keys: none of them NULL.
        values: NULL for a record without value.
        deltas: how many records the batch of each holds before it.
        headers: parts of each record's headers, their number included.
    """
    parts = [
        pa.scalar(ATTRIBUTES_AND_TIMESTAMP),
        varints(deltas),
        varints(lengths(keys)),
        keys,
        varints(lengths(values, of_null=-1)),
        values,
        *headers,
    ]
    sizes: NDArray[np.int64] = np.zeros(len(keys), np.int64)
    for part in parts:
        sizes += len(part.as_py()) if isinstance(part, pa.Scalar) else lengths(part)
    return pc.binary_join_element_wise(varints(sizes), *parts, _NOTHING, null_handling="replace", null_replacement="")


def lengths(values: pa.BinaryArray, of_null: int = 0) -> Integers:
    """Bytes of each value."""
    found: Integers = np.asarray(pc.fill_null(pc.binary_length(values), of_null))
    return found


def varints(numbers: Integers) -> pa.BinaryArray:
    """Zigzag variable-length integers: https://protobuf.dev/programming-guides/encoding/#signed-ints."""
    wide = numbers.astype(np.int64, copy=False)
    least = int(wide.min(initial=0))
    rest = wide << 1 if least >= 0 else (wide << 1) ^ (wide >> 63)
    width = max(1, -(-int(rest.max(initial=0)).bit_length() // _BITS))
    if width == 1:
        return _binary(np.arange(len(rest) + 1), rest.astype(np.uint8))
    # Not longer than those of other writers, so that all of them are alike.
    count: NDArray[np.int32] = np.ones(len(rest), np.int32)
    table: NDArray[np.uint8] = np.empty((len(rest), width), np.uint8)
    for place in range(width):
        goes_on = rest > _LOWEST_BITS
        table[:, place] = (rest & _LOWEST_BITS) | goes_on.view(np.uint8) << np.uint8(_BITS)
        count += goes_on
        rest >>= _BITS
    all_wide = int(count.min()) == width
    block = table if all_wide else table[np.arange(width) < count[:, np.newaxis]]
    return _binary(np.concatenate((np.zeros(1, np.int32), np.cumsum(count))), block)


def _binary(offsets: Integers, block: NDArray[np.uint8]) -> pa.BinaryArray:
    buffers = [None, pa.py_buffer(offsets.astype(np.int32, copy=False)), pa.py_buffer(block)]
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, buffers)
