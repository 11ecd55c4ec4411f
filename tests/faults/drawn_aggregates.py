"""Random aggregates over the columns of a table, with conditions and expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from tests.faults.column_kinds import Kind
from tests.faults.declaration import RowTable
from tests.faults.text_kinds import Flag, Listed, Text
from tests.faults.time_kinds import Day, Moment
from tests.feature_oracle import Aggregation

_COMPARE: Final = ("==", "!=", "<", "<=", ">", ">=")
_LITERALS: Final[Mapping[type[Kind], Sequence[str]]] = {
    Text: ("'K2'", "'a'"),
    Day: ("'2024-01-15'",),
    Moment: ("'2024-01-15T10:00:00Z'",),
}
_MOST_DIGITS: Final = 20
"""Of numbers to compute with: products and squares of longer ones have more digits than are held."""
_KINDS: Final = (
    *("Count", "CountItems", "CountDistinct", "Sum", "Mean", "StdDev", "Min", "Max"),
    *("MostCommon", "MostCommon", "First", "Last"),
)


def drawn_aggregates(draw: Random, table: RowTable) -> dict[str, Aggregation]:
    """Up to eight of them, by the columns that they make; one counts the rows for which a condition is true."""
    names = _Columns(draw, table)
    kinds = [draw.choice(_KINDS) for _ in range(draw.randint(1, 7))]
    drawn = {f"a{n}": names.aggregation(kind, f"a{n}") for n, kind in enumerate(kinds) if names.has_values_of(kind)}
    return drawn | {"counted": Aggregation("Count", where=drawn_condition(draw, table))}


def drawn_aggregate(draw: Random, table: RowTable, name: str) -> Aggregation:
    """One of any kind, whose first column has this name."""
    columns = _Columns(draw, table)
    return columns.aggregation(draw.choice([kind for kind in _KINDS if columns.has_values_of(kind)]), name)


def drawn_condition(draw: Random, table: RowTable) -> str:
    """What is true for some rows."""
    return _Columns(draw, table).condition()


class _Columns:
    """The columns of a table by what they can be used for."""

    def __init__(self, draw: Random, table: RowTable) -> None:
        self._draw = draw
        self._lists = [column.name for column in table.columns if isinstance(column.kind, Listed)]
        single = [column for column in table.columns if column.name not in self._lists]
        self._single = [column.name for column in single]
        self._ordered = [column.name for column in single if not isinstance(column.kind, Flag)]
        self._numbers = [column.name for column in single if 0 < column.kind.digits <= _MOST_DIGITS]
        self._long = [column.name for column in single if column.kind.digits > _MOST_DIGITS]
        self._flags = [column.name for column in single if isinstance(column.kind, Flag)]
        self._typed = {kind: [column.name for column in single if isinstance(column.kind, kind)] for kind in _LITERALS}

    def has_values_of(self, kind: str) -> bool:
        return bool(self._lists) or kind != "CountItems"

    def aggregation(self, kind: str, name: str) -> Aggregation:
        draw = self._draw
        where = self.condition() if draw.random() < 0.4 else None
        value = self._value(kind)
        if kind in {"First", "Last"}:
            return Aggregation(kind, value, by=draw.choice([*self._ordered, self._number()]), where=where)
        if kind == "MostCommon" and draw.random() < 0.6:
            return Aggregation(kind, value, where=where, count=f"{name}_count", ties=f"{name}_ties")
        return Aggregation(kind, value, where=where)

    def _value(self, kind: str) -> str | None:
        if kind == "Count":
            return None
        numbers = [*self._numbers, *self._long, self._number()]
        ordered = [*self._ordered, self._number()]
        listed = [*self._single, *self._lists, *self._lists, self._number()]
        choices = {
            "CountItems": self._lists,
            "CountDistinct": listed,
            "MostCommon": listed,
            "Sum": numbers,
            "Mean": numbers,
            "StdDev": [*self._numbers, "2"],
            "Min": ordered,
            "Max": ordered,
        }
        return self._draw.choice(choices.get(kind, [*self._single, self._number()]))

    def _number(self) -> str:
        one, other = (self._draw.choice([*self._numbers, *self._numbers, "2", "0.5"]) for _ in range(2))
        return one if self._draw.random() < 0.4 else f"{one} {self._draw.choice('+-*')} {other}"

    def condition(self) -> str:
        """What is true for some rows."""
        draw, leaf = self._draw, self._leaf()
        form = draw.choice(["{}", "{}", "not ({})", "({} and {})", "({} or {})"])
        return form.format(leaf, self._leaf())

    def _leaf(self) -> str:
        draw = self._draw
        leaves = [f"{draw.choice(self._single)} is {draw.choice(['', 'not '])}None", *self._flags]
        numbers = [*self._numbers, *self._long]
        if numbers:
            leaves += [self._compared(numbers, [*numbers, "0", "1.5", "50"])] * 3
        for kind, columns in self._typed.items():
            if columns:
                leaves.append(self._compared(columns, [*columns, *_LITERALS[kind]]))
        return draw.choice(leaves)

    def _compared(self, left: Sequence[str], right: Sequence[str]) -> str:
        return f"{self._draw.choice(left)} {self._draw.choice(_COMPARE)} {self._draw.choice(right)}"
