"""How many rows each table of a model has, as `stream_offsets` counts them: none of the tables is read."""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from models.declaration.model import Model
from models.expressions.to_sql import text_literal
from models.sql.names import quoted


def counters(model: Model) -> dict[str, str]:
    """By table, a scalar subquery: its counter."""
    of_rows = {table.name: f"sum(row_count) FILTER (WHERE topic = {text_literal(table.name)})" for table in model.rows}
    of_groups = {table.name: f"sum((feature_rows ->> {text_literal(table.name)})::bigint)" for table in model.features}
    return {
        name: f"(SELECT coalesce({total}, 0)::bigint FROM stream_offsets)"
        for name, total in (of_rows | of_groups).items()
    }


def read_counters(model: Model) -> str:
    """One row with the counter of each table, by the table's name."""
    return "SELECT " + ", ".join(f"{counter} AS {quoted(name)}" for name, counter in counters(model).items())
