"""The SQL statements of what is read for an overview."""

from __future__ import annotations

READ_COUNTERS = """
SELECT coalesce(sum(row_count) FILTER (WHERE topic = 'experiments'), 0)::bigint AS experiments,
       coalesce(sum(row_count) FILTER (WHERE topic = 'users'), 0)::bigint AS users,
       coalesce(sum(row_count) FILTER (WHERE topic = 'compounds'), 0)::bigint AS compounds,
       coalesce(sum((feature_rows ->> 'user_features')::bigint), 0)::bigint AS active_users
  FROM stream_offsets
"""

COUNT_UNAPPLIED_LOADS = """
SELECT state, count(*) AS loads
  FROM (SELECT state FROM load_report ORDER BY started_at DESC LIMIT $1) AS latest
 WHERE state <> 'applied' GROUP BY state
"""

READ_FEATURES = "SELECT * FROM user_report ORDER BY user_id LIMIT $1"

READ_RIGHTS = """
SELECT current_database() AS database, current_user AS name,
       has_schema_privilege(current_schema(), 'CREATE') AS can_create_tables,
       clock_timestamp() AS now, to_regclass('alembic_version') IS NOT NULL AS has_schema
"""
