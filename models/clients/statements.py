"""The SQL statements of what every client of Postgres asks: how far the worker is."""

from __future__ import annotations

READ_POSITIONS = """
SELECT topic, partition, topic_id, next_offset, updated_at FROM stream_offsets ORDER BY topic, partition
"""
