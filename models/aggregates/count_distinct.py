"""CountDistinct: how many different values there are."""

from __future__ import annotations

from dataclasses import dataclass

from models.aggregates.aggregate import COUNT, AggregateOfValue, Columns, OutputColumn, list_column


@dataclass(frozen=True)
class CountDistinct(AggregateOfValue):
    """How many different values there are, of a list column the values listed. SQL: `count(DISTINCT value)`."""

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        if list_column(self.value, columns) is None:
            self.expression(columns)
        return (OutputColumn(name, COUNT, optional=False),)
