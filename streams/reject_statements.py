"""The SQL statements of rejected rows."""

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
                  $16::bigint[], $17::bigint[])
           AS letter (reject_id, file, line, field, value, reason, load_id, topic, partition, "offset", code, faults,
                      original, raw, kind, row_id, published_ms)
    ON CONFLICT (reject_id) DO UPDATE
       SET load_id = excluded.load_id, code = excluded.code, faults = excluded.faults, original = excluded.original,
           kind = excluded.kind, row_id = excluded.row_id, published_at = excluded.published_at
     WHERE excluded.published_at > r.published_at
    RETURNING old.reject_id IS NULL AS inserted
)
SELECT count(*) FILTER (WHERE inserted) AS inserted FROM stored
"""
