"""The SQL statements of rows, features and offsets; other modules named *_statements hold those of their subject.

Arrays are binds: one statement serves a whole batch.
"""
# ruff: noqa: S608  # statements are composed of constants only

from __future__ import annotations

from streams.deletion_statements import if_not_deleted

CREATE_OFFSETS = """
INSERT INTO stream_offsets (topic, partition, topic_id, next_offset)
SELECT topic, partition, topic_id, 0
  FROM unnest($1::text[], $2::int[], $3::uuid[]) AS assigned (topic, partition, topic_id)
 ORDER BY topic, partition
ON CONFLICT (topic, partition) DO UPDATE
   SET topic_id = excluded.topic_id, next_offset = 0, updated_at = now()
 WHERE stream_offsets.topic_id <> excluded.topic_id
"""
"""A row for each partition; a topic made anew (another id) starts from 0. Counters stay: they count rows stored."""

READ_OFFSETS = """
SELECT topic, partition, topic_id, next_offset
  FROM stream_offsets
  JOIN unnest($1::text[], $2::int[]) AS assigned (topic, partition) USING (topic, partition)
"""

# The partial index on these codes has the offsets.
READ_BAD_TIMESTAMPS = """
SELECT topic, partition, letter."offset", letter.value
  FROM stream_offsets
  JOIN unnest($1::text[], $2::int[]) AS assigned (topic, partition) USING (topic, partition)
  JOIN rejects AS letter USING (topic, partition)
 WHERE letter.code = 'bad_timestamp' AND letter."offset" >= next_offset
"""
"""Records whose timestamps were refused, and that will be read again."""

# Only from where it was seen to be: another worker may have gone on since.
MOVE_OFFSET = """
UPDATE stream_offsets SET next_offset = $5, updated_at = now()
 WHERE topic = $1 AND partition = $2 AND topic_id = $3 AND next_offset = $4
"""

# Sessions of other programs are let be: a backup or a person holds no row of stream_offsets for long.
END_BLOCKERS = """
SELECT pid, pg_terminate_backend(pid)
  FROM pg_stat_activity
 WHERE pid = ANY(pg_blocking_pids($1)) AND application_name = current_setting('application_name')
"""

LOCK_OFFSET = """
SELECT topic_id, next_offset FROM stream_offsets WHERE topic = $1 AND partition = $2 FOR UPDATE
"""

ADVANCE_OFFSET = """
UPDATE stream_offsets
   SET next_offset = $3, row_count = row_count + $4, active_users = active_users + $5, updated_at = now()
 WHERE topic = $1 AND partition = $2
"""

# A publication replaces an older one even if the row says the same: else a third one, of a time between the two and
# consumed later from another partition, would be taken for newer than what is stored. `differs` tells whether the
# features are concerned. Compound lists come as one flat array and
# each row's slice of it; publication times and load ids come once each, with each row's index of them.
# Mostly all rows are inserted: then their number says so, and their ids are not gathered.
UPSERT_EXPERIMENTS = f"""
WITH incoming AS (
    SELECT experiment_id, user_id, ($3::bigint[])[first::int:last::int] AS experiment_compound_ids,
           thousandths * 0.001 AS experiment_run_time,
           timestamptz 'epoch' + ($7::bigint[])[source::int] * interval '1 millisecond' AS published_at,
           ($8::uuid[])[source::int] AS load_id, line
      FROM unnest($1::bigint[], $2::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $9::bigint[],
                  $10::bigint[])
           AS record (experiment_id, user_id, first, last, thousandths, source, line)
), stored AS (
    INSERT INTO experiments AS e (experiment_id, user_id, experiment_compound_ids, experiment_run_time,
                                  published_at, load_id, line)
    SELECT experiment_id, user_id, experiment_compound_ids, experiment_run_time, published_at, load_id, line
      FROM incoming
     WHERE {if_not_deleted("experiments", "experiment_id")}
    ON CONFLICT (experiment_id) DO UPDATE
       SET user_id = excluded.user_id, experiment_compound_ids = excluded.experiment_compound_ids,
           experiment_run_time = excluded.experiment_run_time,
           published_at = excluded.published_at, load_id = excluded.load_id, line = excluded.line
     WHERE (excluded.published_at, excluded.load_id, excluded.line) > (e.published_at, e.load_id, e.line)
    RETURNING new.experiment_id, old.experiment_id IS NULL AS inserted,
              old.user_id AS old_user_id, old.experiment_compound_ids AS old_compound_ids,
              old.experiment_run_time AS old_run_time,
              old.experiment_id IS NOT NULL
              AND (old.user_id, old.experiment_compound_ids, old.experiment_run_time)
                  IS DISTINCT FROM (new.user_id, new.experiment_compound_ids, new.experiment_run_time) AS replaced
), counted AS (
    SELECT count(*) FILTER (WHERE inserted) AS inserted,
           coalesce(array_agg(experiment_id) FILTER (WHERE replaced), '{{}}') AS replaced_ids,
           coalesce(array_agg(old_user_id) FILTER (WHERE replaced), '{{}}') AS old_user_ids,
           coalesce(array_agg(old_compound_ids::text) FILTER (WHERE replaced), '{{}}') AS old_compound_ids,
           coalesce(array_agg((old_run_time * 1000)::bigint) FILTER (WHERE replaced), '{{}}') AS old_thousandths
      FROM stored
)
SELECT *, CASE WHEN inserted < cardinality($1::bigint[])
               THEN ARRAY(SELECT experiment_id FROM stored WHERE stored.inserted) END AS inserted_ids
  FROM counted
"""

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

# Dates come as days, the first one being 0001-01-01: asyncpg sends the first and the last date that Python knows as
# -infinity and infinity.
UPSERT_USERS = f"""
WITH incoming AS (
    SELECT user_id, name, email, date '0001-01-01' + (signup_day - 1)::int AS signup_date,
           timestamptz 'epoch' + ($5::bigint[])[source::int] * interval '1 millisecond' AS published_at,
           ($6::uuid[])[source::int] AS load_id, line
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $7::bigint[], $8::bigint[])
           AS record (user_id, name, email, signup_day, source, line)
), stored AS (
    INSERT INTO users AS u (user_id, name, email, signup_date, published_at, load_id, line)
    SELECT user_id, name, email, signup_date, published_at, load_id, line
      FROM incoming
     WHERE {if_not_deleted("users", "user_id")}
    ON CONFLICT (user_id) DO UPDATE
       SET name = excluded.name, email = excluded.email, signup_date = excluded.signup_date,
           published_at = excluded.published_at, load_id = excluded.load_id, line = excluded.line
     WHERE (excluded.published_at, excluded.load_id, excluded.line) > (u.published_at, u.load_id, u.line)
    RETURNING old.user_id IS NULL AS inserted
)
SELECT count(*) FILTER (WHERE inserted) AS inserted FROM stored
"""

UPSERT_COMPOUNDS = f"""
WITH incoming AS (
    SELECT compound_id, compound_name, compound_structure,
           timestamptz 'epoch' + ($4::bigint[])[source::int] * interval '1 millisecond' AS published_at,
           ($5::uuid[])[source::int] AS load_id, line
      FROM unnest($1::bigint[], $2::text[], $3::text[], $6::bigint[], $7::bigint[])
           AS record (compound_id, compound_name, compound_structure, source, line)
), stored AS (
    INSERT INTO compounds AS c (compound_id, compound_name, compound_structure, published_at, load_id, line)
    SELECT compound_id, compound_name, compound_structure, published_at, load_id, line
      FROM incoming
     WHERE {if_not_deleted("compounds", "compound_id")}
    ON CONFLICT (compound_id) DO UPDATE
       SET compound_name = excluded.compound_name, compound_structure = excluded.compound_structure,
           published_at = excluded.published_at, load_id = excluded.load_id, line = excluded.line
     WHERE (excluded.published_at, excluded.load_id, excluded.line) > (c.published_at, c.load_id, c.line)
    RETURNING old.compound_id IS NULL AS inserted
)
SELECT count(*) FILTER (WHERE inserted) AS inserted FROM stored
"""
