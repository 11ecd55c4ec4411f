"""The SQL statements of the report."""

from __future__ import annotations

READ_USERS = """
SELECT user_id, name, total_experiments, average_run_time, top_compound_id, top_compound_name, top_compound_count,
       tied_compound_ids, average_experiments_per_user
  FROM user_report ORDER BY user_id LIMIT $1
"""

READ_OPEN_REJECTS = """
SELECT file, line, field, value, reason, topic, partition, "offset"
  FROM reject_report WHERE state = 'open' ORDER BY file, line, number LIMIT $1
"""
