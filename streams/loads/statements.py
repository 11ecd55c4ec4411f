"""The SQL statements of loads: what their manifests say, and what is read of it."""

from __future__ import annotations

# A manifest that is read again, or after a later one, changes nothing.
UPSERT_LOAD = """
INSERT INTO loads AS l (load_id, number, state, started_at, ended_at, told_at, read, published, rejected, error,
                        problems, positions)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb)
ON CONFLICT (load_id) DO UPDATE
   SET number = excluded.number, state = excluded.state, ended_at = excluded.ended_at, told_at = excluded.told_at,
       read = excluded.read, published = excluded.published, rejected = excluded.rejected, error = excluded.error,
       problems = excluded.problems, positions = excluded.positions
 WHERE excluded.number > l.number
"""

UPSERT_FILE = """
INSERT INTO load_files AS f (load_id, number, told_by, path, kind, deletes, header, options, size, digest,
                             digested, published_at, read, published, rejected, first_line, last_line, complete)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (load_id, number) DO UPDATE
   SET told_by = excluded.told_by, digest = excluded.digest, digested = excluded.digested,
       published_at = excluded.published_at, read = excluded.read,
       published = excluded.published, rejected = excluded.rejected,
       first_line = excluded.first_line, last_line = excluded.last_line, complete = excluded.complete
 WHERE excluded.told_by > f.told_by
"""

UPSERT_RESOLUTIONS = """
INSERT INTO reject_resolutions AS r (reject_id, load_id, resolved_at)
SELECT DISTINCT reject_id, $2::uuid, $3::timestamptz FROM unnest($1::uuid[]) AS resolved (reject_id) ORDER BY reject_id
ON CONFLICT (reject_id) DO UPDATE SET load_id = excluded.load_id, resolved_at = excluded.resolved_at
 WHERE excluded.resolved_at > r.resolved_at
"""

READ_LOADS = """
SELECT r.*, (SELECT coalesce(array_agg(path ORDER BY number), '{}')
               FROM (SELECT path, number FROM load_files AS f WHERE f.load_id = r.load_id
                      ORDER BY number LIMIT 20) AS first) AS paths,
       (SELECT count(*) FROM load_files AS f WHERE f.load_id = r.load_id) AS file_count
  FROM load_report AS r
 WHERE $2::text IS NULL OR state = $2
 ORDER BY started_at DESC, load_id DESC LIMIT $1
"""

READ_LOAD = "SELECT * FROM load_report WHERE load_id = $1"

READ_FILES = "SELECT * FROM load_files WHERE load_id = $1 ORDER BY number LIMIT $2"

READ_REACHED = """
SELECT position.topic, position.partition, position.records, position.next_offset,
       CASE WHEN reached.topic_id = position.topic_id THEN reached.next_offset ELSE 0 END AS reached
  FROM loads, jsonb_to_recordset(positions)
              AS position (topic text, topic_id uuid, partition int, records bigint, next_offset bigint)
  LEFT JOIN stream_offsets AS reached USING (topic, partition)
 WHERE load_id = $1 ORDER BY position.topic, position.partition
"""
