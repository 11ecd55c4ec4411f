"""CountItems: how many values the rows list."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import pyarrow as pa

from models.aggregates.aggregate import COUNT, Aggregate, Columns, OutputColumn, StateColumns, items_of, list_column
from models.expressions.value_types import ExpressionError
from models.states.totals import ListedTally


@dataclass(frozen=True)
class CountItems(Aggregate):
    """How many values a list column holds in all rows, repeats counted. SQL: `sum(cardinality(column))`."""

    column: str
    _: KW_ONLY

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, COUNT, optional=False),)

    def states(self, columns: Columns) -> tuple[ListedTally]:
        items = list_column(self.column, columns)
        if items is None:
            raise ExpressionError(f"CountItems takes a column that is a list, and {self.column} is not one")
        return (ListedTally(self.condition(columns), items_of(self.column, items)),)

    def values(self, name: str, columns: Columns, state: StateColumns) -> dict[str, pa.Array]:
        [tally] = self.states(columns)
        return {name: state(tally)[0]}
