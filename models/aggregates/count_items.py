"""CountItems: how many values the rows list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from models.aggregates.aggregate import COUNT, Aggregate, Columns, OutputColumn, items_of, list_column
from models.expressions.value_types import ExpressionError
from models.states.totals import ListedTally

if TYPE_CHECKING:
    from models.aggregates.plain_sql import GroupedRows, PlainSql


@dataclass(frozen=True)
class CountItems(Aggregate):
    """How many values a list column holds in all rows, repeats counted. SQL: `sum(cardinality(column))`."""

    column: str
    _: KW_ONLY

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`sum(cardinality(column))`."""
        from sqlalchemy import func  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import PlainSql, filtered  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        found = filtered(func.sum(func.cardinality(rows.table.columns[self.column.strip()])), rows, self.where)
        return PlainSql({name: func.coalesce(found, 0)})

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, COUNT, optional=False),)

    def states(self, columns: Columns) -> tuple[ListedTally]:
        items = list_column(self.column, columns)
        if items is None:
            raise ExpressionError(f"CountItems takes a column that is a list, and {self.column} is not one")
        return (ListedTally(self.condition(columns), items_of(self.column, items)),)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        return {name: states[0][0]}
