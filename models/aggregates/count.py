"""Count: how many rows there are."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from models.aggregates.aggregate import COUNT, Aggregate, Columns, OutputColumn, StateColumns
from models.states.totals import Tally


@dataclass(frozen=True)
class Count(Aggregate):
    """How many rows there are. SQL: `count(*)`."""

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, COUNT, optional=False),)

    def states(self, columns: Columns) -> tuple[Tally]:
        return (Tally(self.condition(columns)),)

    def values(self, name: str, columns: Columns, state: StateColumns) -> dict[str, pa.Array]:
        [tally] = self.states(columns)
        return {name: state(tally)[0]}
