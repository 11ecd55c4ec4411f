"""Count: how many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import func

from models.aggregates.aggregate import COUNT, Aggregate, Columns, OutputColumn
from models.aggregates.plain_sql import GroupedRows, PlainSql, filtered
from models.states.totals import Tally


@dataclass(frozen=True)
class Count(Aggregate):
    """How many rows there are. SQL: `count(*)`."""

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`count(*)`."""
        return PlainSql({name: filtered(func.count(), rows, self.where)})

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, COUNT, optional=False),)

    def states(self, columns: Columns) -> tuple[Tally]:
        return (Tally(self.condition(columns)),)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        return {name: states[0][0]}
