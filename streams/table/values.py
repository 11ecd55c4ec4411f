"""What a Faust table is to hold of the groups that a transaction touched, in little memory until it is committed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa


class TableValues:
    """Keys and values in the order they were added; of a group added twice, the later value holds.

    A dict of as many bytes objects takes several times as much.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[pa.BinaryArray, pa.BinaryArray]] = []

    def __len__(self) -> int:
        """How many were added."""
        return sum(len(keys) for keys, _ in self._parts)

    def add(self, keys: pa.BinaryArray, values: pa.BinaryArray) -> None:
        """Add some groups; NULL if the table is to hold nothing of a group, which has no rows any more."""
        self._parts.append((keys, values))

    def extend(self, later: TableValues) -> None:
        """Add all of another."""
        self._parts += later._parts

    def divided(
        self, homes: Mapping[bytes, int | None], partitions: Sequence[int]
    ) -> Iterator[tuple[int, TableValues]]:
        """The values of each of these partitions; those of a group without a home belong to none.

        Args:
            homes: the partition of each group, by its key.
            partitions: all that there may be.
        """
        for keys, values in self._parts:
            found = [homes[key] for key in keys.to_pylist()]
            for partition in partitions:
                here = pa.array([home == partition for home in found])
                if here.true_count:
                    of_partition = TableValues()
                    of_partition.add(keys.filter(here), values.filter(here))
                    yield partition, of_partition

    def parts(self) -> Iterator[tuple[pa.BinaryArray, pa.BinaryArray]]:
        """Keys and values as they were added."""
        return iter(self._parts)

    def __iter__(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Key and value of each group."""
        for keys, values in self._parts:
            yield from zip(keys.to_pylist(), values.to_pylist(), strict=True)
