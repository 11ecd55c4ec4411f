"""Count: how many rows there are."""

from __future__ import annotations

from dataclasses import dataclass

from models.aggregates.aggregate import COUNT, Aggregate, Columns, OutputColumn


@dataclass(frozen=True)
class Count(Aggregate):
    """How many rows there are. SQL: `count(*)`."""

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, COUNT, optional=False),)
