"""A binary column: values of varying length in one block of bytes, of which some may be absent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

import pyarrow as pa


class ByteColumn(Sequence["bytes | None"]):
    """The values of records in Arrow's form: an object for each would take half as much again."""

    __slots__ = ("array",)

    def __init__(self, array: pa.BinaryArray) -> None:
        """Take the values; those that are absent are NULL."""
        self.array = array

    @property
    def nbytes(self) -> int:
        """What they take of memory."""
        size: int = self.array.nbytes
        return size

    def __len__(self) -> int:
        """How many there are."""
        return len(self.array)

    @overload
    def __getitem__(self, index: int) -> bytes | None: ...
    @overload
    def __getitem__(self, index: slice) -> ByteColumn: ...
    def __getitem__(self, index: int | slice) -> bytes | ByteColumn | None:
        """One value, or several."""
        if isinstance(index, slice):
            return ByteColumn(self.array[index])
        value: bytes | None = self.array[index].as_py()
        return value


def byte_column(values: Iterable[bytes | None]) -> ByteColumn:
    """The values in little memory."""
    return ByteColumn(pa.array(values if isinstance(values, list) else list(values), pa.binary()))


def joined_byte_columns(parts: Sequence[ByteColumn]) -> ByteColumn:
    """The values of several, one after the other; each holds one at least."""
    return ByteColumn(pa.concat_arrays([part.array for part in parts]))
