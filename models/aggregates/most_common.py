"""MostCommon: the value that occurs most often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from models.aggregates.aggregate import (
    COUNT,
    AggregateOfValue,
    Columns,
    OutputColumn,
    list_column,
    type_of_value,
)
from models.states.multisets import Multiset, tops
from models.types.column_types import ArrayOf, ColumnType

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from models.aggregates.plain_sql import GroupedRows, PlainSql


@dataclass(frozen=True)
class MostCommon(AggregateOfValue):
    """The value that occurs most often, of a list column the value listed most often; of several the lowest.

    Attributes:
        count: a name for a column that says how often; 0 if nothing counts.
        ties: a name for a column with all values that occur so often, ascending; `{}` if nothing counts.
    """

    _: KW_ONLY
    count: str | None = None
    ties: str | None = None

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """The values of rank 1 by how often they occur."""
        from sqlalchemy import func, literal_column, select  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made
        from sqlalchemy.dialects.postgresql import aggregate_order_by  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import PlainSql  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        is_list = list_column(self.value, rows.types) is not None
        value = rows.items(self.value) if is_list else rows.value(self.value)
        values = rows.values(value, self.where)
        listed = values.add_columns(func.count().label("_times")).group_by(*rows.group, value).subquery()
        group = [listed.columns[column.name] for column in rows.group]
        place = func.rank().over(partition_by=group, order_by=listed.c["_times"].desc()).label("_place")
        ranked = select(listed, place).subquery()
        group = [ranked.columns[column.name] for column in rows.group]
        ties = func.array_agg(aggregate_order_by(ranked.c["_value"], ranked.c["_value"].asc())).label("_ties")
        times = func.max(ranked.c["_times"]).label("_times")
        tops = select(*group, ties, times).where(ranked.c["_place"] == 1).group_by(*group).subquery()
        columns: dict[str, ColumnElement[Any]] = {name: tops.c["_ties"][1]}
        if self.count is not None:
            columns[self.count] = func.coalesce(tops.c["_times"], 0)
        if self.ties is not None:
            columns[self.ties] = func.coalesce(tops.c["_ties"], literal_column("'{}'"))
        return PlainSql(columns, tops)

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        items = list_column(self.value, columns)
        value: ColumnType = items.item if items is not None else type_of_value(self.expression(columns), columns)
        more = [OutputColumn(self.count, COUNT, optional=False)] if self.count is not None else []
        more += [OutputColumn(self.ties, ArrayOf(value), optional=False)] if self.ties is not None else []
        return (OutputColumn(name, value, optional=True), *more)

    def states(self, columns: Columns) -> tuple[Multiset]:
        value, is_list = self.value_or_items(columns)
        return (Multiset(self.condition(columns), value, is_list),)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        found = tops(*states[0])
        values = {name: found.lowest, self.count: pa.array(found.counts), self.ties: found.tied}
        return {column: value for column, value in values.items() if column is not None}

    def plain_values(self, name: str, *states: Sequence[Any]) -> dict[str, Any]:
        most = [max(counts, default=0) for counts in states[0][1]]
        groups = zip(*states[0], most, strict=True)
        tied = [list(compress(listed, map(top.__eq__, counts))) for listed, counts, top in groups]
        values = {name: [values[0] if values else None for values in tied], self.count: most, self.ties: tied}
        return {column: value for column, value in values.items() if column is not None}
