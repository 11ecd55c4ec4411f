"""The SQL statements of what the page shows."""
# ruff: noqa: S608  # statements are composed of constants only

from __future__ import annotations

from collections.abc import Mapping

SORTS: Mapping[str, str] = {
    "user": "user_id",
    "name": "name",
    "experiments": "total_experiments",
    "run_time": "average_run_time",
    "compound": "top_compound_count",
}
"""Column of user_report, by the name that a request gives it."""

DIRECTIONS: Mapping[str, str] = {"up": "ASC", "down": "DESC"}


def read_users(sort: str, direction: str) -> str:
    """The statement of a page of the report: $1 one user's id, $2 a part of the name, $3 rows, $4 rows left out before.

    Args:
        sort: one of SORTS.
        direction: one of DIRECTIONS.
    """
    return f"""
SELECT user_id, name, total_experiments, average_run_time, top_compound_id, top_compound_name, top_compound_count,
       tied_compound_ids
  FROM user_report
 WHERE ($1::bigint IS NULL OR user_id = $1) AND ($2::text IS NULL OR position(lower($2) IN lower(name)) > 0)
 ORDER BY {SORTS[sort]} {DIRECTIONS[direction]} NULLS LAST, user_id LIMIT $3 OFFSET $4
"""


READ_REJECTS = """
SELECT number, state, file, line, topic, partition, "offset", code, field, value, reason, rejected_at
  FROM reject_report
 WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR number < $2)
 ORDER BY number DESC LIMIT $3
"""

READ_NEWEST_REJECT = "SELECT max(number) FROM rejects"

# Of a large table some blocks, always the same: it is never read as a whole, and the bars do not flicker.
READ_TOP_COMPOUNDS = """
WITH listed AS (
    SELECT top_compound_id AS compound_id, count(*) AS users, sum(count(*)) OVER () AS looked_at
      FROM user_features TABLESAMPLE SYSTEM ($1) REPEATABLE (1)
     WHERE top_compound_id IS NOT NULL
     GROUP BY top_compound_id
)
SELECT compound_id, compound_name AS name, users, looked_at::bigint AS looked_at
  FROM listed LEFT JOIN compounds USING (compound_id)
 ORDER BY users DESC, compound_id LIMIT $2
"""
