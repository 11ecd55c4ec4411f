"""The SQL statements of deletions: locks, tombstones, deleted rows, and what keeps deleted rows away."""
# ruff: noqa: S608  # statements are composed of constants only

from __future__ import annotations

LOCK_TO_PUBLISH = "SELECT pg_advisory_xact_lock_shared($1, $2)"
LOCK_TO_DELETE = "SELECT pg_advisory_xact_lock($1, $2)"

UPSERT_DELETIONS = """
INSERT INTO deletions AS d (topic, id, published_at, load_id, line)
SELECT $1, id, timestamptz 'epoch' + ($3::bigint[])[source::int] * interval '1 millisecond',
       ($4::uuid[])[source::int], line
  FROM unnest($2::bigint[], $5::bigint[], $6::bigint[]) AS record (id, source, line)
ON CONFLICT (topic, id) DO UPDATE
   SET published_at = excluded.published_at, load_id = excluded.load_id, line = excluded.line
 WHERE (excluded.published_at, excluded.load_id, excluded.line) > (d.published_at, d.load_id, d.line)
"""

SOME_EXPERIMENT_DELETED_BETWEEN = """
SELECT EXISTS (SELECT FROM deletions WHERE topic = 'experiments' AND id BETWEEN $1 AND $2)
"""


def if_not_deleted(topic: str, row_id: str) -> str:
    """Whether a row of `incoming` is newer than its deletion, if there is one."""
    # Whether there are deletions at all is found out once a statement. If so, a scalar subquery is never made a join:
    # each row costs one look-up, however many deletions there are.
    return f"""(SELECT NOT EXISTS (SELECT FROM deletions WHERE topic = '{topic}')) OR
               (SELECT (d.published_at, d.load_id, d.line) >= (incoming.published_at, incoming.load_id, incoming.line)
                FROM deletions AS d WHERE d.topic = '{topic}' AND d.id = incoming.{row_id}) IS NOT TRUE"""


def _delete(topic: str, row_id: str) -> str:
    """Delete the rows with the ids $1 that are not newer than their deletion; to come after UPSERT_DELETIONS."""
    return f"""
DELETE FROM {topic} AS stored
 USING unnest($1::bigint[]) AS named (id), deletions AS d
 WHERE stored.{row_id} = named.id AND d.topic = '{topic}' AND d.id = named.id
   AND (d.published_at, d.load_id, d.line) >= (stored.published_at, stored.load_id, stored.line)
"""


DELETE_EXPERIMENTS = f"""
WITH deleted AS ({_delete("experiments", "experiment_id")}
    RETURNING stored.user_id, stored.experiment_compound_ids, stored.experiment_run_time
)
SELECT coalesce(array_agg(user_id), '{{}}') AS user_ids,
       coalesce(array_agg(experiment_compound_ids::text), '{{}}') AS compound_ids,
       coalesce(array_agg((experiment_run_time * 1000)::bigint), '{{}}') AS thousandths
  FROM deleted
"""

DELETE_USERS = f"""
WITH deleted AS ({_delete("users", "user_id")} RETURNING 1) SELECT count(*) AS deleted FROM deleted
"""

DELETE_COMPOUNDS = f"""
WITH deleted AS ({_delete("compounds", "compound_id")} RETURNING 1) SELECT count(*) AS deleted FROM deleted
"""
