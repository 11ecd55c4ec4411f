"""The SQL statements of `stream_offsets`: made, read, locked, advanced.

Arrays are binds: one statement serves a whole batch. What advances goes without binds, with COMMIT behind it.
"""

# ruff: noqa: S608  # composed of constants, numbers and quoted literals only

from __future__ import annotations

import json
from collections.abc import Mapping

from models.expressions.to_sql import text_literal
from models.sql.model_history import FINGERPRINT_IN_FORCE

CREATE_OFFSETS = """
INSERT INTO stream_offsets (topic, partition, topic_id, next_offset)
SELECT topic, partition, topic_id, 0
  FROM unnest($1::text[], $2::int[], $3::uuid[]) AS assigned (topic, partition, topic_id)
 ORDER BY topic, partition
ON CONFLICT (topic, partition) DO UPDATE
   SET topic_id = excluded.topic_id, next_offset = 0, updated_at = now()
 WHERE stream_offsets.topic_id <> excluded.topic_id
"""
"""A row for each partition; a topic created again (another id) starts from 0. Counters stay: they count rows stored."""

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

# The lock that a new model takes keeps this waiting, before it looks at anything: what it reads is in force for as long
# as the transaction lasts.
LOCK_OFFSETS = f"""
SELECT partition, topic_id, next_offset, feature_rows, {FINGERPRINT_IN_FORCE} AS model
  FROM stream_offsets WHERE topic = $1 AND partition = ANY($2::int[]) ORDER BY partition FOR UPDATE
"""


def advance(
    topic: str, moved: Mapping[int, int], credited: int, more_rows: int, feature_rows: Mapping[str, int]
) -> str:
    """Move partitions of a topic on; without binds, so that it goes to Postgres in one message with COMMIT.

    Args:
        topic: of the partitions.
        moved: where each is read on, by its number.
        credited: the partition at which is counted what was stored: only the sums of the counters mean something.
        more_rows: rows that there are more now.
        feature_rows: how many rows of each feature table are counted at the partition then.
    """
    offsets = ", ".join(f"({number}::int, {offset}::bigint)" for number, offset in moved.items())
    return f"""
UPDATE stream_offsets
   SET next_offset = moved.next_offset, updated_at = now(),
       row_count = row_count + CASE WHEN partition = {credited} THEN {more_rows} ELSE 0 END,
       feature_rows = CASE WHEN partition = {credited} THEN {text_literal(json.dumps(feature_rows))}::jsonb
                      ELSE feature_rows END
  FROM (VALUES {offsets}) AS moved (number, next_offset)
 WHERE topic = {text_literal(topic)} AND partition = number
"""
