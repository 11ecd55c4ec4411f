"""Random rows of a table: keys and groups that are met again, and columns of few values beside columns of many."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.faults.declaration import Column, Row, RowTable

GROUPS: Final = 80
"""So many groups there are at most; most rows are of the first few."""
_KNOWN: Final = 0.4
"""How often a row corrects one that was before."""


class DrawnRows:
    """The rows of a table by number: each stands for a key."""

    def __init__(self, draw: Random, table: RowTable, most: int = 10**9) -> None:
        """Take how many rows there are at most."""
        self.table = table
        self._draw = draw
        # How many groups there are.
        self.groups = 1 if table.group is None else min(GROUPS, table.by_name[table.group].kind.capacity)
        leading, *others = (name for name in table.key if name != table.group)
        self._radices = {name: draw.randint(2, min(7, table.by_name[name].kind.capacity)) for name in others}
        self._most = min(most, table.by_name[leading].kind.capacity - 1)
        few = [column for column in table.columns if draw.random() < 0.5]
        self._few = {column.name: [self._any(column, draw) for _ in range(draw.randint(2, 6))] for column in few}
        self._largest = 0

    def new_or_known(self) -> Row:
        """A row of the next number, or a correction of one that was before."""
        if self._largest and (self._largest == self._most or self._draw.random() < _KNOWN):
            return self.row(self._draw.randint(1, self._largest), self._draw)
        self._largest += 1
        return self.row(self._largest, self._draw)

    def any_number(self, draw: Random) -> int:
        """One that was before, or one that was not."""
        return min(self._most, draw.randint(1, self._largest + 50))

    def row(self, number: int, draw: Random) -> Row:
        """A row of this number, with any values."""
        key = self.key(number)
        return {
            each.name: key[each.name] if each.name in key else self._value(each, draw) for each in self.table.columns
        }

    def key(self, number: int) -> Row:
        """The columns of the key of this number."""
        found: dict[str, Any] = {}
        if self.table.group in self.table.key:
            found[self.table.group] = self.group(number % self.groups)
        for name, radix in self._radices.items():
            number, digit = divmod(number, radix)
            found[name] = self.table.by_name[name].kind.numbered(digit)
        [leading] = [name for name in self.table.key if name not in found]
        return {**found, leading: self.table.by_name[leading].kind.numbered(number)}

    def group(self, number: int) -> Any:  # noqa: ANN401  # of any type
        """The group of this number."""
        assert self.table.group is not None
        return self.table.by_name[self.table.group].kind.numbered(number % self.groups)

    def _value(self, column: Column, draw: Random) -> Any:  # noqa: ANN401  # of any type
        if column.name == self.table.group:
            return self.group(min(int(draw.paretovariate(0.6)), draw.randint(1, GROUPS)))
        return draw.choice(self._few[column.name]) if column.name in self._few else self._any(column, draw)

    def _any(self, column: Column, draw: Random) -> Any:  # noqa: ANN401  # of any type
        if column.optional and draw.random() < 0.3:
            return None
        value = column.kind.drawn(draw)
        # A file cannot say that an optional list has no items: nothing is NULL there.
        return None if column.optional and value == [] else value
