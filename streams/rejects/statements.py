"""The SQL statements of rejected rows."""
# ruff: noqa: S608  # statements are composed of constants only

from __future__ import annotations

# The same row rejected again is the same reject, seen later: its state is judged from then on.
UPSERT_REJECTS = """
WITH stored AS (
    INSERT INTO rejects AS r (reject_id, file, line, field, value, reason, load_id, topic, partition, "offset",
                              code, faults, original, raw, kind, row_id, published_at)
    SELECT reject_id, file, line, field, value, reason, load_id, topic, partition, "offset", code, faults::jsonb,
           original, raw, kind, row_id, timestamptz 'epoch' + published_ms * interval '1 millisecond'
      FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[],
                  $9::int[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::text[],
                  $16::text[], $17::bigint[])
           AS letter (reject_id, file, line, field, value, reason, load_id, topic, partition, "offset", code, faults,
                      original, raw, kind, row_id, published_ms)
    ON CONFLICT (reject_id) DO UPDATE
       SET load_id = excluded.load_id, code = excluded.code, faults = excluded.faults, original = excluded.original,
           kind = excluded.kind, row_id = excluded.row_id, published_at = excluded.published_at
     WHERE excluded.published_at > r.published_at
    RETURNING old.reject_id IS NULL AS inserted, new.code
)
SELECT code, count(*) AS inserted FROM stored WHERE inserted GROUP BY code
"""

_CHOSEN = """
   ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR load_id = $2 OR resolved_by = $2)
   AND ($3::text IS NULL OR file = $3) AND ($4::text IS NULL OR kind = $4) AND ($5::text IS NULL OR code = $5)
"""

READ_REJECTS = f"""
SELECT number, reject_id, state, file, line, topic, partition, "offset", kind, row_id, code, field, value, reason,
       load_id, rejected_at, resolved_at, resolved_by
  FROM reject_report WHERE {_CHOSEN} ORDER BY number DESC LIMIT $6
"""

READ_REJECT = "SELECT * FROM reject_report WHERE number = $1"

# How many are open is counted no further than it matters: each one's state is looked up.
COUNT_OPEN = "SELECT count(*) FROM (SELECT FROM reject_report WHERE state = 'open' LIMIT $1) AS first"

READ_REPLAYABLE = f"""
SELECT reject_id, number, file, line, kind, original, header
  FROM reject_report AS r
  LEFT JOIN LATERAL (SELECT header FROM load_files AS f
                      WHERE f.load_id = r.load_id AND f.path = r.file LIMIT 1) AS loaded ON true
 WHERE topic IS NULL AND {_CHOSEN}
 ORDER BY file, header, line
"""
