"""The SQL statements that store rows: experiments, users and compounds.

Arrays are binds: one statement serves a whole batch.
"""
# ruff: noqa: S608  # statements are composed of constants only

from __future__ import annotations

from streams.transactions.deletion_statements import if_not_deleted

# A publication replaces an older one even if the row says the same: else a third one, of a time between the two and
# consumed later from another partition, would be taken for newer than what is stored. `differs` says whether the
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
