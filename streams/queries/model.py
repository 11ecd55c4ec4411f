"""What of the feature tables is still being filled."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.sql import model_history

if TYPE_CHECKING:
    from streams.postgres.connection import Connection


async def read_incomplete(connection: Connection) -> dict[str, dict[str, float]]:
    """By feature table and column: which share of the groups is filled, of columns that are being filled.

    Until it is complete, such a column is NULL, or right.
    """
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in await connection.fetch(model_history.READ_FILLS):
        share = min(1.0, row["filled"] / row["groups"]) if row["groups"] else 0.0
        found[row["feature_table"]].update(dict.fromkeys(row["columns"], share))
    return dict(found)


def incomplete_lines(incomplete: dict[str, dict[str, float]]) -> list[str]:
    """A line for each column, for people."""
    return [
        f"{table}.{column} is {share:.0%} filled: NULL or right until it is complete (ingest model apply goes on)"
        for table, columns in incomplete.items()
        for column, share in columns.items()
    ]
