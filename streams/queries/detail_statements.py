"""The SQL statements of what the page shows of one group, one row, and one column of features."""
# ruff: noqa: S608  # composed of constants and quoted names only

from __future__ import annotations

from models.declaration.model import FeatureTable, RowTable
from models.expressions.to_sql import text_literal
from models.sql.groups import group_value
from models.sql.names import column, listed, publication_names, quoted
from models.sql.wire_json import key_of

KEY, PUBLISHED_AT, LOAD, LINE, FILE, LOOKED_AT = "_key", "_published_at", "_load", "_line", "_file", "_looked_at"
"""Columns of what is read, beside those that are declared."""

READ_REJECTS_OF_ROW = """
SELECT r.number, r.state, r.file, r.line, r.code, r.field, r.value, r.reason, r.load_id AS load, r.rejected_at
  FROM (SELECT number FROM (SELECT number, kind, row_id FROM rejects ORDER BY number DESC LIMIT $3) AS newest
         WHERE kind = $1 AND row_id = $2 ORDER BY number DESC LIMIT $4) AS found
  JOIN reject_report AS r USING (number)
 ORDER BY r.number DESC
"""
"""The latest rejects of a row, by table and key. Binds: `$3` among so many of the newest, `$4` so many at most."""

READ_DELETION = """
SELECT d.published_at, d.load_id AS load, d.line,
       (SELECT f.path FROM load_files AS f WHERE f.load_id = d.load_id AND f.published_at = d.published_at LIMIT 1)
       AS file
  FROM deletions AS d WHERE d.topic = $1 AND d.key = $2
"""
"""The newest deletion of a row, by table and key."""


def read_rows_of_group(features: FeatureTable) -> str:
    """Rows of a group, the newest publications first, each with its key as on the wire and where it came from.

    Binds: the columns of the group from `$1` on; then so many rows are sorted at most, so many are read, and so many
    left out before.
    """
    rows = features.rows
    same = " AND ".join(f"{group_value(group, 'r')} = ${place}" for place, group in enumerate(features.group, start=1))
    sorted_, limit, offset = (f"${len(features.group) + place}" for place in (1, 2, 3))
    return f"""
{_read_rows(rows, f"SELECT r.* FROM {quoted(rows.name)} AS r WHERE {same} LIMIT {sorted_}")}
 LIMIT {limit} OFFSET {offset}
"""


def read_row(rows: RowTable) -> str:
    """One row and where it came from. Binds: the columns of its key from `$1` on."""
    same = " AND ".join(f"{column(name, 'r')} = ${place}" for place, name in enumerate(rows.key, start=1))
    return _read_rows(rows, f"SELECT r.* FROM {quoted(rows.name)} AS r WHERE {same}")


def _read_rows(rows: RowTable, found: str) -> str:
    published_at, load_id, line = (column(name, "r") for name in publication_names(rows))
    return f"""
SELECT {listed(rows.types, "r")}, {key_of(rows, "r")} AS {KEY}, {published_at} AS {PUBLISHED_AT},
       {load_id} AS {LOAD}, {line} AS {LINE}, count(*) OVER () AS {LOOKED_AT},
       (SELECT f.path FROM load_files AS f
         WHERE f.load_id = {load_id} AND f.published_at = {published_at} AND f.kind = {text_literal(rows.name)}
         LIMIT 1) AS {FILE}
  FROM ({found}) AS r
 ORDER BY {published_at} DESC, {load_id} DESC, {line} DESC"""


def read_spread(features: FeatureTable, output: str) -> str:
    """How many groups have a value in a column of numbers, the least and greatest, and those of the middle 98 %.

    Binds: `$1` which share of the table is read, in percent.
    """
    return f"""
SELECT count(value) AS looked_at, min(value) AS least, max(value) AS greatest,
       percentile_disc(0.01) WITHIN GROUP (ORDER BY value) AS low,
       percentile_disc(0.99) WITHIN GROUP (ORDER BY value) AS high
  FROM ({_sample(features, output)}) AS s
"""


def count_in_bins(features: FeatureTable, output: str) -> str:
    """How many groups have a value in each bin. Binds: `$1` as for `read_spread`, `$2` the lower ends but the first."""
    return f"""
SELECT width_bucket(value, $2::numeric[]) AS bin, count(*) AS groups
  FROM ({_sample(features, output)}) AS s GROUP BY 1
"""


def _sample(features: FeatureTable, output: str) -> str:
    # Some blocks of a large table, always the same, as for the most common values.
    value = column(output)
    return f"""SELECT {value}::numeric AS value FROM {quoted(features.name)} TABLESAMPLE SYSTEM ($1) REPEATABLE (1)
         WHERE {value} IS NOT NULL"""
