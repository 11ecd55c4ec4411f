"""What a Faust table is to hold of the groups that a transaction touched, in little memory until it is committed."""

from __future__ import annotations

from collections.abc import Iterator

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

    def parts(self) -> Iterator[tuple[pa.BinaryArray, pa.BinaryArray]]:
        """Keys and values as they were added."""
        return iter(self._parts)

    def __iter__(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Key and value of each group."""
        for keys, values in self._parts:
            yield from zip(keys.to_pylist(), values.to_pylist(), strict=True)
