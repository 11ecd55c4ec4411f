"""How the rows of a block are divided among the partitions of a topic."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from producers.files.simple_blocks import SimpleRows
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
    def of(rows: SimpleRows, sizes: NDArray[np.intp], partition_count: int) -> Shares:
        """Divide rows by their users; `sizes` are the most bytes that the record of each may take."""
        partitions = partitions_of_keys(rows.text, rows.user_starts, rows.user_lengths, partition_count)
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

    def cut(self, records: bytes, lengths: NDArray[np.intp]) -> list[bytes]:
        """What each partition has of the records, which have these lengths and stand in `order`."""
        ends = np.concatenate(([0], np.cumsum(lengths)))[np.concatenate(([0], np.cumsum(self.counts)))].tolist()
        return [records[start:end] for start, end in pairwise(ends)]
