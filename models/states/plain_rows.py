"""Few rows that are added to their groups or taken off, as plain Python: see `models.types.plain_values`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from models.expressions.syntax import Expression
from models.expressions.to_arrow import evaluated
from models.types.plain_values import plain_values

Places = list[int]
"""Of rows."""


class PlainRows:
    """Rows of some groups.

    Attributes:
        signs: +1 for a row that is added, -1 for one that is retracted.
        groups: the places of each group's rows.
    """

    def __init__(self, columns: Mapping[str, pa.Array], signs: Sequence[int], groups: Sequence[Places]) -> None:
        self.signs = signs
        self.groups = groups
        self._columns = columns
        self._values: dict[Expression, list[Any]] = {}

    def values(self, expression: Expression) -> list[Any]:
        """The value of each row."""
        found = self._values.get(expression)
        if found is None:
            value = evaluated(expression, self._columns)
            array = pa.repeat(value, len(self.signs)) if isinstance(value, pa.Scalar) else value
            found = self._values[expression] = plain_values(array)
        return found

    def counted(self, where: Expression | None, values: Sequence[Expression] = ()) -> Sequence[Places]:
        """Of each group, the rows for which `where` is true and none of the values is NULL."""
        groups = self.groups
        if where is not None:
            flags = self.values(where)
            groups = [[place for place in of_group if flags[place]] for of_group in groups]
        for each in map(self.values, values):
            if None in each:
                groups = [[place for place in of_group if each[place] is not None] for of_group in groups]
        return groups
