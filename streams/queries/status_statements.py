"""The SQL statements of what is read for an overview."""

from __future__ import annotations

COUNT_UNAPPLIED_LOADS = """
SELECT state, count(*) AS loads
  FROM (SELECT state FROM load_report ORDER BY started_at DESC LIMIT $1) AS latest
 WHERE state <> 'applied' GROUP BY state
"""

READ_RIGHTS = """
SELECT current_database() AS database, current_user AS name,
       has_schema_privilege(current_schema(), 'CREATE') AS can_create_tables,
       clock_timestamp() AS now, to_regclass('alembic_version') IS NOT NULL AS has_schema,
       to_regclass('model') IS NOT NULL AS has_model
"""
