"""A binary column: values of varying length in one block of bytes, with their ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray


class ByteColumn(Sequence["bytes | None"]):
    """The values of records as the lines of one block: an object for each would take half as much again."""

    __slots__ = ("absent", "block", "ends")

    def __init__(self, block: bytes, ends: NDArray[np.int64], absent: frozenset[int]) -> None:
        """See `byte_column`.

        Args:
            block: all values, one after the other with a line break between.
            ends: where each ends.
            absent: the indices of records without value, whose lines are empty.
        """
        self.block = block
        self.ends = ends
        self.absent = absent

    @property
    def starts(self) -> NDArray[np.int64]:
        """The position of each value's first byte."""
        return np.concatenate((np.zeros(1, np.int64), self.ends[:-1] + 1))

    @property
    def nbytes(self) -> int:
        """What they take of memory."""
        return len(self.block) + int(self.ends.nbytes)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ends)

    @overload
    def __getitem__(self, index: int) -> bytes | None: ...
    @overload
    def __getitem__(self, index: slice) -> ByteColumn: ...
    def __getitem__(self, index: int | slice) -> bytes | ByteColumn | None:
        """One value, or those of consecutive records."""
        if isinstance(index, slice):
            return self._between(*index.indices(len(self)))
        number = range(len(self))[index]
        if number in self.absent:
            return None
        return self.block[self._start(number) : self.ends[number]]

    def _start(self, number: int) -> int:
        return int(self.ends[number - 1]) + 1 if number else 0

    def _between(self, start: int, stop: int, step: int) -> ByteColumn:
        if step != 1:
            return byte_column(self[number] for number in range(start, stop, step))
        if stop <= start:
            return byte_column(())
        offset = self._start(start)
        return ByteColumn(
            self.block[offset : self.ends[stop - 1]],
            self.ends[start:stop] - offset,
            frozenset(number - start for number in self.absent if start <= number < stop),
        )


def byte_column(values: Iterable[bytes | None]) -> ByteColumn:
    """The values in little memory."""
    each = list(values)
    absent = frozenset(number for number, value in enumerate(each) if value is None) if None in each else frozenset()
    lines = [value or b"" for value in each]
    ends = np.cumsum(np.fromiter(map(len, lines), np.int64, len(lines)) + 1) - 1
    return ByteColumn(b"\n".join(lines), ends, absent)


def joined_byte_columns(parts: Sequence[ByteColumn]) -> ByteColumn:
    """The values of several, one after the other; each holds one at least."""
    offsets = np.cumsum([0, *(len(part.block) + 1 for part in parts)])
    numbers = np.cumsum([0, *(len(part) for part in parts)])
    return ByteColumn(
        b"\n".join(part.block for part in parts),
        np.concatenate([part.ends + offset for part, offset in zip(parts, offsets[:-1], strict=True)]),
        frozenset(
            int(first) + number for part, first in zip(parts, numbers[:-1], strict=True) for number in part.absent
        ),
    )
