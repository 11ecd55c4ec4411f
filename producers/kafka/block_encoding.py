"""The records of a whole block of rows in Kafka's binary form, by columns: no Python code runs for each row.

A record, lengths and the offset delta as varints (https://kafka.apache.org/documentation/#record):

    length | attributes and timestamp delta, 0 | offset delta | length of key | key | length of value | value
           | headers, up to the last one's name | length of line | line
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from producers.files.simple_blocks import BlockRows
from producers.kafka.record_batch import ATTRIBUTES_AND_TIMESTAMP, varint

Integers = NDArray[np.signedinteger[Any]]

MAX_VARINT: Final = 0x1FFF
"""The greatest number whose zigzag form has two bytes: no batch may hold more records, and no record may be longer."""
MOST_BESIDES: Final = 64
"""Bytes that a record has more than value, key and headers, and more than enough."""
_ONE_BYTE: Final = 0x3F
"""The greatest number whose zigzag form has one byte."""
_VARINTS: Final = pa.array(map(varint, range(MAX_VARINT + 1)), pa.binary())
_NOTHING: Final = pa.scalar(b"", pa.binary())


def greatest_sizes(rows: BlockRows, headers: bytes) -> Integers:
    """Bytes that the record of each row takes at most."""
    return rows.key_lengths + rows.value_lengths + (len(headers) + MOST_BESIDES)


def encode(rows: BlockRows, first_line: int, headers: bytes, order: Integers, deltas: Integers) -> pa.BinaryArray:
    """The records.

    Args:
        rows: whose records are at most MAX_VARINT bytes long.
        first_line: in the file, of the first row.
        headers: see `record_batch.encoded_headers`.
        order: the numbers of the rows, each once, as the records are to follow one another.
        deltas: in that order, how many records the batch of each holds before it; at most MAX_VARINT.
    """
    lines = pa.array(order + first_line).cast(pa.string()).cast(pa.binary())
    keys, values = rows.key_lengths[order], rows.value_lengths[order]
    digits = np.asarray(pc.binary_length(lines))
    size = len(ATTRIBUTES_AND_TIMESTAMP) + _bytes_of_varints(deltas) + _bytes_of_varints(keys) + keys
    size += _bytes_of_varints(values) + values + len(headers) + 1 + digits
    taken = pa.array(order)
    return pc.binary_join_element_wise(
        _varints(size),
        pa.scalar(ATTRIBUTES_AND_TIMESTAMP),
        _varints(deltas),
        _varints(keys),
        rows.keys.take(taken),
        _varints(values),
        rows.values.take(taken),
        pa.scalar(headers),
        _varints(digits),
        lines,
        _NOTHING,
    )


def _varints(numbers: Integers) -> pa.BinaryArray:
    return _VARINTS.take(pa.array(numbers))


def _bytes_of_varints(numbers: Integers) -> Integers:
    return 1 + (numbers > _ONE_BYTE)
