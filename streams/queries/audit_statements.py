"""The SQL statements of the audit."""

from __future__ import annotations

# The plain SQL aggregate that `user_features` must equal; it shares nothing with what the worker does.
COMPARE_FEATURES = """
WITH listed AS (
    SELECT user_id, compound_id, count(*) AS times
      FROM experiments CROSS JOIN LATERAL unnest(experiment_compound_ids) AS listed (compound_id)
     GROUP BY user_id, compound_id
), ranked AS (
    SELECT user_id, compound_id, times, rank() OVER (PARTITION BY user_id ORDER BY times DESC) AS place FROM listed
), tops AS (
    SELECT user_id, min(compound_id) AS top_compound_id, max(times) AS top_compound_count,
           array_agg(compound_id ORDER BY compound_id) AS tied_compound_ids
      FROM ranked WHERE place = 1 GROUP BY user_id
), totals AS (
    SELECT user_id, count(*) AS total_experiments, sum(experiment_run_time) AS total_run_time,
           avg(experiment_run_time) AS average_run_time,
           sum(cardinality(experiment_compound_ids))::bigint AS total_compounds
      FROM experiments GROUP BY user_id
), expected AS (
    SELECT user_id, total_experiments, total_run_time, average_run_time, total_compounds, top_compound_id,
           coalesce(top_compound_count, 0) AS top_compound_count, coalesce(tied_compound_ids, '{}') AS tied_compound_ids
      FROM totals LEFT JOIN tops USING (user_id)
), found AS (
    SELECT user_id, total_experiments, total_run_time, average_run_time, total_compounds, top_compound_id,
           top_compound_count, tied_compound_ids
      FROM user_features
), compared AS (
    SELECT user_id, to_jsonb(f) AS found, to_jsonb(e) AS expected
      FROM found AS f FULL JOIN expected AS e USING (user_id)
     WHERE f IS DISTINCT FROM e
)
SELECT user_id, found::text AS found, expected::text AS expected, count(*) OVER () AS wrong
  FROM compared ORDER BY user_id LIMIT $1
"""

COMPARE_COUNTERS = """
SELECT name, counter, counted FROM (VALUES
    ('experiments', (SELECT coalesce(sum(row_count), 0) FROM stream_offsets WHERE topic = 'experiments'),
                    (SELECT count(*) FROM experiments)),
    ('users', (SELECT coalesce(sum(row_count), 0) FROM stream_offsets WHERE topic = 'users'),
              (SELECT count(*) FROM users)),
    ('compounds', (SELECT coalesce(sum(row_count), 0) FROM stream_offsets WHERE topic = 'compounds'),
                  (SELECT count(*) FROM compounds)),
    ('active users', (SELECT coalesce(sum((feature_rows ->> 'user_features')::bigint), 0) FROM stream_offsets),
                     (SELECT count(*) FROM user_features))
) AS counters (name, counter, counted)
"""
