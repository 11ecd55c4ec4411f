"""The SQL statements of what earlier loads read of the same files."""

from __future__ import annotations

# Not when the file was loaded with other content since: going back to this one is a change.
READ_APPLIED = """
SELECT f.load_id, f.path, f.kind, f.deletes, f.options, f.size, f.digest
  FROM load_files AS f JOIN load_report AS r USING (load_id)
 WHERE f.size = ANY($1::bigint[]) AND f.complete AND f.digested = f.size AND r.state <> 'publishing' AND r.reached
   AND NOT EXISTS (SELECT FROM load_files AS later
                    WHERE later.path = f.path AND later.published_at > f.published_at
                      AND later.digest IS DISTINCT FROM f.digest)
 ORDER BY f.published_at DESC
"""

READ_UNFINISHED = """
SELECT DISTINCT ON (f.path) f.load_id, f.path, f.kind, f.deletes, f.options, f.digest, f.digested, f.last_line,
       f.complete, l.positions
  FROM load_files AS f JOIN loads AS l USING (load_id)
 WHERE f.path = ANY($1::text[])
 ORDER BY f.path, f.published_at DESC
"""
