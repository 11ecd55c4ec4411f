"""The SQL statements of what the page shows."""
# ruff: noqa: S608  # statements are composed of constants only

from __future__ import annotations

from collections.abc import Mapping

SORTS: Mapping[str, str] = {
    "user": "known.user_id",
    "name": "name",
    "experiments": "coalesce(total_experiments, 0)",
    "run_time": "average_run_time",
    "compound": "coalesce(top_compound_count, 0)",
}
"""What the report is sorted by, by the name that a request gives it."""

DIRECTIONS: Mapping[str, str] = {"up": "ASC", "down": "DESC"}


# Who is in user_report: the view itself cannot be read in the order of an index, as it has averages over all users.
_KNOWN = """
    SELECT user_id, name FROM users
     UNION ALL
    SELECT f.user_id, NULL
      FROM user_features AS f
      JOIN deletions AS d ON d.topic = 'users' AND d.key = f.user_id::text
     WHERE NOT EXISTS (SELECT FROM users AS u WHERE u.user_id = f.user_id)
"""


def read_users(sort: str, direction: str) -> str:
    """The statement of a page of the report: $1 one user's id, $2 a part of the name, $3 rows, $4 rows left out before.

    Args:
        sort: one of SORTS.
        direction: one of DIRECTIONS.
    """
    order = f"sort_key {DIRECTIONS[direction]}"
    if sort != "user":
        order = f"{order} NULLS LAST, page.user_id"
    # OFFSET 0: else the planner joins the page with the whole view.
    return f"""
WITH page AS (
    SELECT known.user_id, {SORTS[sort]} AS sort_key
      FROM ({_KNOWN}) AS known
      LEFT JOIN user_features AS f ON f.user_id = known.user_id
     WHERE ($1::bigint IS NULL OR known.user_id = $1) AND ($2::text IS NULL OR position(lower($2) IN lower(name)) > 0)
     ORDER BY {order.replace("page", "known")} LIMIT $3 OFFSET $4
)
SELECT report.* FROM page CROSS JOIN LATERAL (
    SELECT user_id, name, total_experiments, average_run_time, top_compound_id, top_compound_name, top_compound_count,
           tied_compound_ids
      FROM user_report WHERE user_report.user_id = page.user_id OFFSET 0
) AS report
 ORDER BY {order}
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
