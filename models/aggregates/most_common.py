"""MostCommon: the value that occurs most often."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import pyarrow as pa
from sqlalchemy.dialects.postgresql import ARRAY

from models.aggregates.aggregate import (
    COUNT,
    AggregateOfValue,
    Columns,
    OutputColumn,
    StateColumns,
    as_declared,
    list_column,
    type_of_value,
)
from models.states.multisets import Multiset, tops


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

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        items = list_column(self.value, columns)
        value = items.item.sql if items is not None else type_of_value(self.expression(columns), columns)
        more = [OutputColumn(self.count, COUNT, optional=False)] if self.count is not None else []
        more += [OutputColumn(self.ties, ARRAY(value), optional=False)] if self.ties is not None else []
        return (OutputColumn(name, value, optional=True), *more)

    def states(self, columns: Columns) -> tuple[Multiset]:
        value, is_list = self.value_or_items(columns)
        return (Multiset(self.condition(columns), value, is_list),)

    def values(self, name: str, columns: Columns, state: StateColumns) -> dict[str, pa.Array]:
        [multiset] = self.states(columns)
        found = tops(*state(multiset))
        values = {
            name: as_declared(found.lowest, multiset.value),
            self.count: pa.array(found.counts),
            self.ties: as_declared(found.tied, multiset.value),
        }
        return {column: value for column, value in values.items() if column is not None}
