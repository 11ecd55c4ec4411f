"""The SQL statements of what the page shows beside the report."""
# ruff: noqa: S608  # composed of constants and quoted names only

from __future__ import annotations

from models.declaration.model import FeatureTable, RowTable
from models.sql.names import column, quoted

READ_REJECTS = """
SELECT number, state, file, line, topic, partition, "offset", code, field, value, reason, rejected_at
  FROM reject_report
 WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR number < $2)
 ORDER BY number DESC LIMIT $3
"""

READ_NEWEST_REJECT = "SELECT max(number) FROM rejects"

COUNT_REJECT_CODES = """
SELECT coalesce(code, 'unknown') AS code, count(*) AS rejects
  FROM (SELECT code FROM rejects ORDER BY number DESC LIMIT $1) AS newest
 GROUP BY 1 ORDER BY 2 DESC, 1
"""
"""How many rejects have each code. Binds: `$1` among so many of the newest."""


def read_most_common(features: FeatureTable, output: str, named: RowTable | None) -> str:
    """The values that most groups have in a column, each with its label and in how many groups it was found.

    Binds: `$1` which share of the table is read, in percent; `$2` how many values.
    """
    label = f"(SELECT {_label(named)})" if named is not None else "NULL"
    # Of a large table some blocks, always the same: it is never read as a whole, and the bars do not flicker.
    return f"""
SELECT value, {label} AS label, groups, looked_at
  FROM (
    SELECT {column(output)} AS value, count(*) AS groups, (sum(count(*)) OVER ())::bigint AS looked_at
      FROM {quoted(features.name)} TABLESAMPLE SYSTEM ($1) REPEATABLE (1)
     WHERE {column(output)} IS NOT NULL
     GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $2
  ) AS p
 ORDER BY groups DESC, value
"""


def _label(named: RowTable) -> str:
    return f"n.{quoted(str(named.label))}::text FROM {quoted(named.name)} AS n WHERE n.{quoted(named.key[0])} = p.value"
