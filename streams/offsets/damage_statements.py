"""The SQL statements of damaged batches; a partial index of `rejects` has them by their place."""

from __future__ import annotations

DELETE_DAMAGE = """
DELETE FROM rejects WHERE code = 'damaged' AND topic = $1 AND partition = $2 AND "offset" = $3 RETURNING reject_id
"""

READ_DAMAGED = """
SELECT topic, partition, "offset", reason
  FROM rejects
  JOIN stream_offsets USING (topic, partition)
 WHERE code = 'damaged' AND next_offset <= "offset"
 ORDER BY topic, partition
"""
"""Partitions that are not read on."""
