"""CountDistinct: how many different values there are."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from models.aggregates.aggregate import COUNT, AggregateOfValue, Columns, OutputColumn, StateColumns
from models.states.multisets import Multiset, distinct


@dataclass(frozen=True)
class CountDistinct(AggregateOfValue):
    """How many different values there are, of a list column the values listed. SQL: `count(DISTINCT value)`."""

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, COUNT, optional=False),)

    def states(self, columns: Columns) -> tuple[Multiset]:
        value, is_list = self.value_or_items(columns)
        return (Multiset(self.condition(columns), value, is_list),)

    def values(self, name: str, columns: Columns, state: StateColumns) -> dict[str, pa.Array]:
        [multiset] = self.states(columns)
        return {name: pa.array(distinct(state(multiset)[0]))}
