"""Min and Max of a value; First and Last: the value of the row where another one is least or greatest."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

import pyarrow as pa

from models.aggregates.aggregate import (
    ORDERED,
    AggregateOfValue,
    Columns,
    OutputColumn,
    StateColumns,
    as_declared,
    type_of_value,
)
from models.expressions.parse import parsed
from models.expressions.value_types import ExpressionError
from models.states.extremes import Extreme


@dataclass(frozen=True)
class _Extreme(AggregateOfValue):
    takes = ORDERED
    greatest: ClassVar[bool] = False

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        return (OutputColumn(name, type_of_value(self.expression(columns), columns), optional=True),)


    def states(self, columns: Columns) -> tuple[Extreme]:
        return (Extreme(self.condition(columns), (self.expression(columns),), self.greatest),)

    def values(self, name: str, columns: Columns, state: StateColumns) -> dict[str, pa.Array]:
        [extreme] = self.states(columns)
        return {name: as_declared(state(extreme)[0], extreme.order[0])}


@dataclass(frozen=True)
class Min(_Extreme):
    """The least value: numbers by value, texts by code point. SQL: `min(value COLLATE "C")`."""


@dataclass(frozen=True)
class Max(_Extreme):
    """The greatest value: numbers by value, texts by code point. SQL: `max(value COLLATE "C")`."""

    greatest = True


@dataclass(frozen=True)
class _ValueBy(AggregateOfValue):
    _: KW_ONLY
    by: str
    greatest: ClassVar[bool] = False

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        return (OutputColumn(name, type_of_value(self.expression(columns), columns), optional=True),)

    def states(self, columns: Columns) -> tuple[Extreme]:
        order = parsed(self.by, columns)
        if order.type.kind not in ORDERED:
            raise ExpressionError(f"by={self.by!r} is {order.type.kind}, which has no order")
        return (Extreme(self.condition(columns), (order, self.expression(columns)), self.greatest, by_key=True),)

    def values(self, name: str, columns: Columns, state: StateColumns) -> dict[str, pa.Array]:
        [extreme] = self.states(columns)
        *_, value, _ = state(extreme)
        return {name: as_declared(value, extreme.order[-1])}


@dataclass(frozen=True)
class First(_ValueBy):
    """The value of the row where `by` is least; of several such rows, of that with the lowest key."""


@dataclass(frozen=True)
class Last(_ValueBy):
    """The value of the row where `by` is greatest; of several such rows, of that with the lowest key."""

    greatest = True
