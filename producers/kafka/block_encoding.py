"""The records of a whole block of rows: each with the headers of its file, and the line that it is from."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.kafka_format.record_columns import MOST_BESIDES, encoded_records, varints
from producers.files.simple_blocks import BlockRows

Integers: TypeAlias = NDArray[np.signedinteger[Any]]


def greatest_sizes(rows: BlockRows, headers: bytes) -> Integers:
    """Bytes that the record of each row takes at most."""
    sizes: Integers = rows.lengths + (len(headers) + 2 * MOST_BESIDES)
    return sizes


def encode(rows: BlockRows, first_line: int, headers: bytes, order: Integers, deltas: Integers) -> pa.BinaryArray:
    """The records.

    Args:
        rows: to be encoded.
        first_line: in the file, of the first row.
        headers: see `record_batch.encoded_headers`.
        order: the numbers of the rows, each once, as the records are to follow one another.
        deltas: in that order, how many records the batch of each holds before it.
    """
    lines = pa.array(order + first_line).cast(pa.string()).cast(pa.binary())
    taken = pa.array(order)
    digits = varints(np.asarray(pc.binary_length(lines)))
    return encoded_records(rows.keys.take(taken), rows.values.take(taken), deltas, pa.scalar(headers), digits, lines)
