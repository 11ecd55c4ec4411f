"""How the rows of a block are divided among the partitions of a topic."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.wire.byte_arrays import bytes_of
from models.wire.parts import Cells, cells_of
from producers.kafka.partitioning import partitions_of_keys


class Shares(NamedTuple):
    """What of some rows goes to each partition; rows of one partition keep the order of the file."""

    order: NDArray[np.intp]
    """The rows, partition by partition."""
    counts: NDArray[np.intp]
    """Rows of each partition."""
    sizes: NDArray[np.intp]
    """Bytes that the records of each partition take at most."""

    @staticmethod
    def of(keys: pa.BinaryArray | Cells, sizes: NDArray[np.intp], partition_count: int) -> Shares:
        """Divide rows by their keys; `sizes` are the most bytes that the record of each may take."""
        cells = cells_of(keys)
        partitions = partitions_of_keys(bytes(cells.block), cells.starts, cells.lengths, partition_count)
        return Shares(
            # Of few bits, as numpy then sorts in one pass over them.
            np.argsort(partitions.astype(np.min_scalar_type(partition_count)), kind="stable"),
            np.bincount(partitions, minlength=partition_count),
            np.bincount(partitions, weights=sizes, minlength=partition_count).astype(np.intp),
        )

    def deltas(self, before: NDArray[np.intp]) -> NDArray[np.intp]:
        """In `order`, how many records of its partition stand before each, `before` of them before the first."""
        firsts = np.cumsum(self.counts) - self.counts
        return np.arange(len(self.order)) + np.repeat(before - firsts, self.counts)

    def cut(self, records: pa.BinaryArray) -> list[bytes]:
        """What each partition has of the records, which stand in `order`."""
        block, bounds = bytes_of(records)
        ends = bounds[np.concatenate(([0], np.cumsum(self.counts)))].tolist()
        return [block[start:end].to_pybytes() for start, end in pairwise(ends)]
