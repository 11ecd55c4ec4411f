"""The SQL statements of `ingest rebuild`."""
# ruff: noqa: S608  # statements are composed of constants and quoted names only

from __future__ import annotations

from collections.abc import Iterable

from models.declaration.model import Model
from models.sql.names import listed, quoted

_OF_THE_ENGINE = (
    "deletions",
    "rejects",
    "reject_resolutions",
    "loads",
    "load_files",
    # What is filled from the log needs no filling from the rows.
    "model_fills",
    "stream_offsets",
)


def emptied(model: Model) -> list[str]:
    """Every table that is rebuilt from the log."""
    return [*(table.name for table in model.rows), *(table.name for table in model.features), *_OF_THE_ENGINE]


# The same number in every process; held by the session of the one rebuild that runs.
TRY_LOCK = f"SELECT pg_try_advisory_lock({0x7265_6275_696C_64})"

COUNT_WORKERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE application_name = 'exact-features worker' AND datname = current_database()
"""


def counted(model: Model) -> list[str]:
    """The tables whose rows are counted before and after."""
    return [table for table in emptied(model) if table not in {"stream_offsets", "model_fills"}]


def count_rows(tables: Iterable[str]) -> str:
    """The number of rows of each of the tables, by its name."""
    return "SELECT " + ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in map(quoted, tables))


def empty(model: Model) -> str:
    """Empty all tables."""
    # Numbers of rejects go on counting up: one that somebody noted must not come to mean another reject. Those of bad
    # timestamps stay: when the log is read again, the time that was too far ahead may have come.
    return f"""
CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM rejects WHERE code = 'bad_timestamp';
TRUNCATE {listed(emptied(model))};
INSERT INTO rejects OVERRIDING SYSTEM VALUE SELECT * FROM kept;
"""


BEGIN_REBUILD = "INSERT INTO rebuilds (rows_before) VALUES ($1::jsonb)"

READ_UNFINISHED = "SELECT started_at, rows_before FROM rebuilds WHERE ended_at IS NULL ORDER BY number DESC LIMIT 1"

END_REBUILDS = "UPDATE rebuilds SET ended_at = now(), rows_after = $1::jsonb WHERE ended_at IS NULL"

READ_PUBLISHED_TO = """
SELECT position.topic, position.topic_id, count(DISTINCT load_id) AS loads
  FROM loads, jsonb_to_recordset(positions) AS position (topic text, topic_id uuid)
 GROUP BY position.topic, position.topic_id
 ORDER BY position.topic, position.topic_id
"""
"""To which topics, by their ids, loads were published: `stream_offsets` knows only those that are read now."""
