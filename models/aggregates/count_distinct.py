"""CountDistinct: how many different values there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from models.aggregates.aggregate import COUNT, AggregateOfValue, Columns, OutputColumn, list_column
from models.states.multisets import Multiset, distinct

if TYPE_CHECKING:
    from models.aggregates.plain_sql import GroupedRows, PlainSql


@dataclass(frozen=True)
class CountDistinct(AggregateOfValue):
    """How many different values there are, of a list column the values listed. SQL: `count(DISTINCT value)`."""

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`count(DISTINCT value)`, of a list over its items."""
        from sqlalchemy import func, select  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import PlainSql, filtered  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        if list_column(self.value, rows.types) is None:
            return PlainSql({name: filtered(func.count(rows.value(self.value).distinct()), rows, self.where)})
        items = rows.values(rows.items(self.value), self.where).distinct().subquery()
        group = [items.columns[column.name] for column in rows.group]
        counted = select(*group, func.count().label("_distinct")).group_by(*group).subquery()
        return PlainSql({name: func.coalesce(counted.c["_distinct"], 0)}, counted)

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, COUNT, optional=False),)

    def states(self, columns: Columns) -> tuple[Multiset]:
        value, is_list = self.value_or_items(columns)
        return (Multiset(self.condition(columns), value, is_list),)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        return {name: pa.array(distinct(states[0][0]))}

    def plain_values(self, name: str, *states: Sequence[Any]) -> dict[str, Any]:
        return {name: list(map(len, states[0][0]))}
