"""Rows that are added to their groups and rows that are taken off, those of a group beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.expressions.syntax import Expression
from models.expressions.to_arrow import evaluated
from models.states.numbering import Integers, lengths_of, offsets_of


@dataclass(frozen=True)
class SignedRows:
    """Rows of some groups.

    Attributes:
        columns: those that are read, by name.
        codes: the number of each row's group, from 0, ascending.
        signs: +1 for a row that is added, -1 for one that is retracted.
        first: where each group's rows begin; and, last, where all end.
    """

    columns: Mapping[str, pa.Array]
    codes: Integers
    signs: NDArray[np.int8]
    first: Integers

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.first) - 1

    def counted(self, where: Expression | None, values: Sequence[Expression] = ()) -> CountedRows:
        """The rows for which `where` is true and none of the values is NULL."""
        columns = [self._value(value) for value in values]
        masks = [pc.is_valid(column) for column in columns if column.null_count]
        masks += [] if where is None else [pc.fill_null(self._value(where), False)]  # noqa: FBT003  # Arrow's way
        if not masks:
            return CountedRows(self.codes, self.signs, columns, self.first)
        mask = masks[0]
        for other in masks[1:]:
            mask = pc.and_(mask, other)
        return CountedRows(self.codes, self.signs, columns, self.first).at(mask.to_numpy(zero_copy_only=False))

    def _value(self, expression: Expression) -> pa.Array:
        found = evaluated(expression, self.columns)
        return pa.repeat(found, len(self.codes)) if isinstance(found, pa.Scalar) else found


@dataclass(frozen=True)
class CountedRows:
    """The rows that count, of which the columns hold the values; a group may have none."""

    codes: Integers
    signs: NDArray[np.int8]
    columns: list[pa.Array]
    first: Integers
    """Where each group's begin; and, last, where all end."""

    def at(self, chosen: NDArray[np.bool_]) -> CountedRows:
        """The chosen rows."""
        codes, mask = self.codes[chosen], pa.array(chosen)
        first = offsets_of(np.bincount(codes, minlength=len(self.first) - 1))
        return CountedRows(codes, self.signs[chosen], [column.filter(mask) for column in self.columns], first)

    def summed(self, numbers: NDArray[Any] | None = None) -> Integers:
        """The sum of the signs, or of numbers with these signs, for each group; they must not overflow."""
        signed = self.signs if numbers is None else numbers * self.signs
        running = np.concatenate((np.zeros(1, np.int64), np.cumsum(signed, dtype=np.int64)))
        sums: Integers = lengths_of(running[self.first])
        return sums

    def items(self) -> CountedRows:
        """One row for each value that the first column, a list, holds."""
        [lists] = self.columns
        lengths = pc.list_value_length(lists).to_numpy()
        first = offsets_of(lengths)[self.first]
        return CountedRows(np.repeat(self.codes, lengths), np.repeat(self.signs, lengths), [lists.flatten()], first)
