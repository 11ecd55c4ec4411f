"""CountItems: how many values the rows list."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from models.aggregates.aggregate import COUNT, Aggregate, Columns, OutputColumn, list_column
from models.expressions.value_types import ExpressionError


@dataclass(frozen=True)
class CountItems(Aggregate):
    """How many values a list column holds in all rows, repeats counted. SQL: `sum(cardinality(column))`."""

    column: str
    _: KW_ONLY

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        if list_column(self.column, columns) is None:
            raise ExpressionError(f"CountItems takes a column that is a list, and {self.column} is not one")
        return (OutputColumn(name, COUNT, optional=False),)
