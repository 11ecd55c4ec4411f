"""The SQL statements of `user_features`: written, locked, recomputed.

Arrays are binds: one statement serves a whole batch.
"""
# ruff: noqa: S608  # statements are composed of constants only

from __future__ import annotations

# A sum of run times may pass 64 bits, so it comes as millions and the thousandths of the rest.
_FEATURE_ROWS = """
    SELECT user_id, expected, experiments, millions * 1000000.000 + thousandths * 0.001 AS run_time, compounds,
           nullif(top_id, 0) AS top_id, top_count, ($9::bigint[])[first::int:last::int] AS tied
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                  $8::bigint[], $10::bigint[], $11::bigint[])
           AS feature (user_id, expected, experiments, millions, thousandths, compounds, top_id, top_count, first, last)
"""

_FEATURE_ASSIGNMENTS = """
           total_experiments = i.experiments, total_run_time = i.run_time,
           average_run_time = i.run_time / i.experiments, total_compounds = i.compounds, top_compound_id = i.top_id,
           top_compound_count = i.top_count, tied_compound_ids = i.tied, version = $12, updated_at = now()
"""

# $2, the expected version: 0 says that the user has no row yet. A user that no part returns has another version
# than expected, and is rebuilt.
WRITE_FEATURES = f"""
WITH incoming AS ({_FEATURE_ROWS}
), inserted AS (
    INSERT INTO user_features (user_id, total_experiments, total_run_time, average_run_time, total_compounds,
                               top_compound_id, top_compound_count, tied_compound_ids, version)
    SELECT user_id, experiments, run_time, run_time / experiments, compounds, top_id, top_count, tied, $12
      FROM incoming WHERE expected = 0 AND experiments > 0
    ON CONFLICT (user_id) DO NOTHING
    RETURNING user_id
), updated AS (
    UPDATE user_features AS f
       SET {_FEATURE_ASSIGNMENTS}
      FROM incoming AS i
     WHERE i.expected <> 0 AND i.experiments > 0 AND f.user_id = i.user_id AND f.version = i.expected
    RETURNING f.user_id
), deleted AS (
    DELETE FROM user_features AS f
     USING incoming AS i
     WHERE i.expected <> 0 AND i.experiments = 0 AND f.user_id = i.user_id AND f.version = i.expected
    RETURNING f.user_id
)
SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT count(*) FROM deleted) AS deleted,
       ARRAY(SELECT user_id FROM inserted UNION ALL SELECT user_id FROM updated UNION ALL
             SELECT user_id FROM deleted) AS written
"""

LOCK_FEATURES_IN_ORDER = """
SELECT FROM user_features WHERE user_id = ANY ($1::bigint[]) ORDER BY user_id FOR UPDATE
"""

# DO UPDATE … WHERE false locks the row that is there and returns nothing: what returns was not there before.
LOCK_FEATURES = """
INSERT INTO user_features AS f (user_id, total_experiments, total_run_time, average_run_time, total_compounds,
                                top_compound_count, tied_compound_ids, version)
SELECT user_id, 0, 0, 0, 0, 0, '{}', $2 FROM unnest($1::bigint[]) AS missed (user_id) ORDER BY user_id
ON CONFLICT (user_id) DO UPDATE SET version = f.version WHERE false
RETURNING user_id
"""

# To be a statement of its own after LOCK_FEATURES: its snapshot then holds what the lock had to wait for.
RECOMPUTE_AGGREGATES = """
WITH counted AS (
    SELECT user_id, compound_id, count(*) AS times
      FROM experiments CROSS JOIN LATERAL unnest(experiment_compound_ids) AS listed (compound_id)
     WHERE user_id = ANY ($1::bigint[])
     GROUP BY user_id, compound_id
), lists AS (
    SELECT user_id, array_agg(compound_id) AS compound_ids, array_agg(times) AS times FROM counted GROUP BY user_id
)
SELECT user_id, count(*) AS experiments, sum(experiment_run_time) * 1000 AS thousandths,
       coalesce(lists.compound_ids, '{}') AS compound_ids, coalesce(lists.times, '{}') AS times
  FROM experiments LEFT JOIN lists USING (user_id)
 WHERE user_id = ANY ($1::bigint[])
 GROUP BY user_id, lists.compound_ids, lists.times
"""

REWRITE_FEATURES = f"""
WITH incoming AS ({_FEATURE_ROWS})
UPDATE user_features AS f
   SET {_FEATURE_ASSIGNMENTS}
  FROM incoming AS i
 WHERE f.user_id = i.user_id
"""

DELETE_FEATURES = """
DELETE FROM user_features WHERE user_id = ANY ($1::bigint[])
"""
