"""Sum, Mean and StdDev: what follows from the count, the sum and the sum of squares."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Numeric, func

from models.aggregates.aggregate import NUMBERS, AggregateOfValue, Columns, OutputColumn
from models.aggregates.plain_sql import GroupedRows, PlainSql, filtered


@dataclass(frozen=True)
class Sum(AggregateOfValue):
    """The sum of a number, exactly; 0 if nothing counts. SQL: `coalesce(sum(value), 0)`."""

    takes = NUMBERS

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`coalesce(sum(value), 0)`."""
        return PlainSql({name: func.coalesce(filtered(func.sum(rows.value(self.value)), rows, self.where), 0)})

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        self.expression(columns)
        return (OutputColumn(name, Numeric(), optional=False),)


@dataclass(frozen=True)
class Mean(AggregateOfValue):
    """The sum of a number, divided by how many there are, as Postgres divides. SQL: `sum(value) / count(value)`."""

    takes = NUMBERS

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`avg(value)`."""
        return PlainSql({name: filtered(func.avg(rows.value(self.value)), rows, self.where)})

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        self.expression(columns)
        return (OutputColumn(name, Numeric(), optional=True),)


@dataclass(frozen=True)
class StdDev(AggregateOfValue):
    """The standard deviation of a sample, to 12 digits; NULL for fewer than two. SQL: `stddev_samp(value)`."""

    takes = NUMBERS

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`stddev_samp(value)`."""
        return PlainSql({name: filtered(func.stddev_samp(rows.value(self.value)), rows, self.where)})

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        self.expression(columns)
        return (OutputColumn(name, Numeric(), optional=True),)
