"""Records in Kafka's binary form, made from columns of keys and values: no Python code runs for each record.

A record, lengths and the offset delta as varints (https://kafka.apache.org/documentation/#record):

    length | attributes and timestamp delta, 0 | offset delta | length of key | key | length of value | value | headers

The length of a value that is not there is -1.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Integers = NDArray[np.signedinteger[Any]]

ATTRIBUTES_AND_TIMESTAMP: Final = b"\x00\x00"
"""No attributes, and the batch's own timestamp."""
NO_HEADERS: Final = pa.scalar(b"\x00")
MOST_BESIDES: Final = 40
"""Bytes that a record has more than key, value and headers, and more than enough."""
_BITS: Final = 7
"""Of a number that a byte of its varint holds."""
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
    sizes = np.zeros(len(keys), np.int64)
    for part in parts:
        sizes += len(part.as_py()) if isinstance(part, pa.Scalar) else lengths(part)
    return pc.binary_join_element_wise(
        varints(sizes), *parts, _NOTHING, null_handling="replace", null_replacement=""
    )


def lengths(values: pa.BinaryArray, of_null: int = 0) -> Integers:
    """Bytes of each value."""
    return np.asarray(pc.fill_null(pc.binary_length(values), of_null))


def varints(numbers: Integers) -> pa.BinaryArray:
    """Zigzag variable-length integers: https://protobuf.dev/programming-guides/encoding/#signed-ints."""
    rest = (numbers.astype(np.int64) << 1) ^ (numbers.astype(np.int64) >> 63)
    width = max(1, -(-int(rest.max(initial=0)).bit_length() // _BITS))
    table = np.empty((len(rest), width), np.uint8)
    count = np.ones(len(rest), np.int32)
    for place in range(width):
        table[:, place] = rest & 0x7F
        rest >>= _BITS
        goes_on = rest > 0
        table[:, place] |= goes_on.view(np.uint8) << _BITS
        count += goes_on
    offsets = np.zeros(len(count) + 1, np.int32)
    np.cumsum(count, out=offsets[1:])
    block = table if width == 1 else table[np.arange(width) < count[:, np.newaxis]]
    return pa.Array.from_buffers(pa.binary(), len(count), [None, pa.py_buffer(offsets), pa.py_buffer(block)])
