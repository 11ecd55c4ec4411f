"""Columns of which most hold the same value for every record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Generic, TypeVar, overload

ItemT = TypeVar("ItemT")


class ConstantColumn(Sequence[ItemT], Generic[ItemT]):
    """The same value for every record."""

    __slots__ = ("_length", "value")

    def __init__(self, value: ItemT, length: int) -> None:
        """Take the value and for how many."""
        self.value = value
        self._length = length

    def __len__(self) -> int:
        """The number of records that the column covers."""
        return self._length

    def __iter__(self) -> Iterator[ItemT]:
        """The value, once for every record."""
        return repeat(self.value, self._length)

    @overload
    def __getitem__(self, index: int) -> ItemT: ...
    @overload
    def __getitem__(self, index: slice) -> ConstantColumn[ItemT]: ...
    def __getitem__(self, index: int | slice) -> ItemT | ConstantColumn[ItemT]:
        """The value, or fewer of it."""
        positions = range(self._length)[index]
        return ConstantColumn(self.value, len(positions)) if isinstance(positions, range) else self.value


def compact(column: Sequence[ItemT]) -> Sequence[ItemT]:
    """The column; as a Constant if it is one."""
    if column and column.count(column[0]) == len(column):
        return ConstantColumn(column[0], len(column))
    return column


def joined_columns(columns: Sequence[Sequence[ItemT]]) -> Sequence[ItemT]:
    """The columns one after the other; as a Constant if they are one."""
    first = columns[0]
    if isinstance(first, ConstantColumn) and all(
        isinstance(each, ConstantColumn) and each.value == first.value for each in columns
    ):
        return ConstantColumn(first.value, sum(map(len, columns)))
    return list(chain.from_iterable(columns))


def chosen(column: Sequence[ItemT], indices: Sequence[int]) -> Sequence[ItemT]:
    """The values at these indices."""
    if isinstance(column, ConstantColumn):
        return ConstantColumn(column.value, len(indices))
    return [column[index] for index in indices]
