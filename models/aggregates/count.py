"""Count: how many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from models.aggregates.aggregate import COUNT, Aggregate, Columns, OutputColumn
from models.states.totals import Tally

if TYPE_CHECKING:
    from models.aggregates.plain_sql import GroupedRows, PlainSql


@dataclass(frozen=True)
class Count(Aggregate):
    """How many rows there are. SQL: `count(*)`."""

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`count(*)`."""
        from sqlalchemy import func  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import PlainSql, filtered  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        return PlainSql({name: filtered(func.count(), rows, self.where)})

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, COUNT, optional=False),)

    def states(self, columns: Columns) -> tuple[Tally]:
        return (Tally(self.condition(columns)),)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        return {name: states[0][0]}
