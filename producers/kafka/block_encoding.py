"""The records of a whole block of rows: each with the headers of its file, and the line that it is from."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from models.kafka_format.record_columns import ATTRIBUTES_AND_TIMESTAMP, MOST_BESIDES, Integers, varints
from models.wire.byte_arrays import bytes_of
from models.wire.parts import Cells, Part, joined, lengths, taken
from producers.files.simple_blocks import BlockRows

_REMEMBERED: Final = 1 << 13
_VARINTS, _BOUNDS = bytes_of(varints(np.arange(_REMEMBERED)))


def greatest_sizes(rows: BlockRows, headers: bytes) -> Integers:
    """Bytes that the record of each row takes at most."""
    sizes: Integers = rows.key_lengths + rows.value_lengths + (len(headers) + 2 * MOST_BESIDES)
    return sizes


def encode(rows: BlockRows, first_line: int, headers: bytes, order: Integers, deltas: Integers) -> pa.BinaryArray:
    """The records; their form is in `models.kafka_format.record_columns`.

    Args:
        rows: to be encoded.
        first_line: in the file, of the first row.
        headers: see `record_batch.encoded_headers`.
        order: the numbers of the rows, each once, as the records are to follow one another.
        deltas: in that order, how many records the batch of each holds before it.
    """
    lines = pa.array(order + first_line).cast(pa.string()).cast(pa.binary())
    key, values = rows.key_lengths[order], rows.value_lengths[order]
    digits = lengths([lines], rows.count)
    numbers = [_varints(deltas), _varints(key), _varints(values), _varints(digits)]
    sizes = lengths([ATTRIBUTES_AND_TIMESTAMP, *numbers, headers], rows.count) + key + values + digits
    offset, key_bytes, value_bytes, line_bytes = numbers
    parts: list[Part] = [_varints(sizes), ATTRIBUTES_AND_TIMESTAMP, offset, key_bytes, taken(rows.keys, order)]
    parts += [value_bytes, *(taken(part, order) for part in rows.values), headers, line_bytes, lines]
    return joined(parts, rows.count)


def _varints(numbers: Integers) -> Part:
    """Of each number; see `models.kafka_format.record_columns.varints`."""
    if (least := int(numbers.min())) == int(numbers.max()):
        return bytes_of(varints(np.array([least])))[0].to_pybytes()
    return Cells(_VARINTS, _BOUNDS, numbers) if numbers.max() < _REMEMBERED else varints(numbers)
