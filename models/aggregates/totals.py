"""Sum, Mean and StdDev: what follows from the count, the sum and the sum of squares."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Numeric

from models.aggregates.aggregate import NUMBERS, AggregateOfValue, Columns, OutputColumn


@dataclass(frozen=True)
class Sum(AggregateOfValue):
    """The sum of a number, exactly; 0 if nothing counts. SQL: `coalesce(sum(value), 0)`."""

    takes = NUMBERS

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        self.expression(columns)
        return (OutputColumn(name, Numeric(), optional=False),)


@dataclass(frozen=True)
class Mean(AggregateOfValue):
    """The sum of a number, divided by how many there are, as Postgres divides. SQL: `sum(value) / count(value)`."""

    takes = NUMBERS

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        self.expression(columns)
        return (OutputColumn(name, Numeric(), optional=True),)


@dataclass(frozen=True)
class StdDev(AggregateOfValue):
    """The standard deviation of a sample, to 12 digits; NULL for fewer than two. SQL: `stddev_samp(value)`."""

    takes = NUMBERS

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        self.expression(columns)
        return (OutputColumn(name, Numeric(), optional=True),)
