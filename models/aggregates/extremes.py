"""Min and Max of a value; First and Last: the value of the row where another one is least or greatest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from models.aggregates.aggregate import (
    ORDERED,
    AggregateOfValue,
    Columns,
    OutputColumn,
    type_of_value,
)
from models.expressions.parse import parsed
from models.expressions.value_types import ExpressionError
from models.states.extremes import Extreme

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from models.aggregates.plain_sql import GroupedRows, PlainSql


@dataclass(frozen=True)
class _Extreme(AggregateOfValue):
    takes = ORDERED
    greatest: ClassVar[bool] = False

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        return (OutputColumn(name, type_of_value(self.expression(columns), columns), optional=True),)

    def states(self, columns: Columns) -> tuple[Extreme]:
        return (Extreme(self.condition(columns), (self.expression(columns),), self.greatest),)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        return {name: states[0][0]}


@dataclass(frozen=True)
class Min(_Extreme):
    """The least value: numbers by value, texts by code point. SQL: `min(value COLLATE "C")`."""

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`min(value COLLATE "C")`."""
        from sqlalchemy import func  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import PlainSql, filtered  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        return PlainSql({name: filtered(func.min(rows.value(self.value)), rows, self.where)})


@dataclass(frozen=True)
class Max(_Extreme):
    """The greatest value: numbers by value, texts by code point. SQL: `max(value COLLATE "C")`."""

    greatest = True

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`max(value COLLATE "C")`."""
        from sqlalchemy import func  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import PlainSql, filtered  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        return PlainSql({name: filtered(func.max(rows.value(self.value)), rows, self.where)})


@dataclass(frozen=True)
class _ValueBy(AggregateOfValue):
    _: KW_ONLY
    by: str
    greatest: ClassVar[bool] = False

    def _first(self, rows: GroupedRows, *, ascending: bool) -> ColumnElement[Any]:
        """The first of the values in this order; of equal ones the key decides."""
        from sqlalchemy import func, type_coerce  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made
        from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import filtered  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        value, by = rows.value(self.value), rows.value(self.by)
        order = [by.asc() if ascending else by.desc(), *(rows.value(name) for name in rows.key)]
        found = filtered(func.array_agg(aggregate_order_by(value, *order)), rows, self.where, value, by)
        return type_coerce(found, ARRAY(value.type))[1]

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        return (OutputColumn(name, type_of_value(self.expression(columns), columns), optional=True),)

    def states(self, columns: Columns) -> tuple[Extreme]:
        order = parsed(self.by, columns)
        if order.type.kind not in ORDERED:
            raise ExpressionError(f"by={self.by!r} is {order.type.kind}, which has no order")
        return (Extreme(self.condition(columns), (order, self.expression(columns)), self.greatest, by_key=True),)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        *_, value, _ = states[0]
        return {name: value}


@dataclass(frozen=True)
class First(_ValueBy):
    """The value of the row where `by` is least; of several such rows, of that with the lowest key."""

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`(array_agg(value ORDER BY by, key))[1]`."""
        from models.aggregates.plain_sql import PlainSql  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        return PlainSql({name: self._first(rows, ascending=True)})


@dataclass(frozen=True)
class Last(_ValueBy):
    """The value of the row where `by` is greatest; of several such rows, of that with the lowest key."""

    greatest = True

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`(array_agg(value ORDER BY by DESC, key))[1]`."""
        from models.aggregates.plain_sql import PlainSql  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        return PlainSql({name: self._first(rows, ascending=False)})
