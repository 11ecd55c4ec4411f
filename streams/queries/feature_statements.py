"""The SQL statements by which programs read features by their keys; they need names alone, and no model."""
# ruff: noqa: S608  # composed of constants and quoted names only

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.expressions.to_sql import text_literal
from models.sql.names import equal, listed, quoted

DESCRIBE_TABLES = """
SELECT class.relname::text AS name, attribute.attname::text AS column,
       format_type(attribute.atttypid, attribute.atttypmod) AS type,
       array_position(index.indkey::int2[], attribute.attnum) AS key_place
  FROM pg_class AS class
  JOIN pg_index AS index ON index.indrelid = class.oid AND index.indisprimary
  JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attnum > 0 AND NOT attisdropped
 WHERE class.relnamespace = current_schema()::regnamespace
   AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = class.oid AND a.attname = 'version'
                  AND a.atttypid = 'bigint'::regtype)
   AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = class.oid AND a.attname = 'updated_at'
                  AND a.atthasdef)
 ORDER BY class.relname, attribute.attnum
"""
"""The columns of each feature table: only there `updated_at` has a default, as no column of rows has one."""

LOADS_LOOKED_AT = 100

LOADS_ARE_WAITING = f"""
(SELECT coalesce(bool_or(reached.next_offset IS NULL OR reached.topic_id <> position.topic_id
                         OR reached.next_offset < position.next_offset), false)
   FROM (SELECT positions FROM loads ORDER BY started_at DESC LIMIT {LOADS_LOOKED_AT}) AS latest,
        jsonb_to_recordset(positions) AS position (topic text, topic_id uuid, partition int, next_offset bigint)
   LEFT JOIN stream_offsets AS reached USING (topic, partition))
"""
"""Whether one of the latest loads that Postgres has heard of published something that is not applied."""


@dataclass(frozen=True)
class KeyedTable:
    """A feature table by its names."""

    name: str
    key: Mapping[str, str]
    """By column, its type as Postgres calls it."""
    columns: tuple[str, ...]
    """Those that hold features."""


def read_by_keys(table: KeyedTable, selected: str, waiting: str) -> str:
    """One row for each key, in their order.

    Binds: `$1` and on, an array for each column of the key, all of one length.

    Args:
        table: which.
        selected: what is read, of the groups `f` and the keys `k`; where there is no such group, `f` holds NULL only.
        waiting: an expression: whether something published is not applied yet.

    Returns:
        A statement whose rows have also `waiting`, and `incomplete`: the columns that are being filled.
    """
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(table.key.values(), 1))
    return f"""
{_state_of(table, waiting)}
SELECT {selected}, w.*
  FROM unnest({arrays}) WITH ORDINALITY AS k ({listed(table.key)}, "_place")
 CROSS JOIN w
  LEFT JOIN {quoted(table.name)} AS f ON {equal(table.key, "f", "k")}
 ORDER BY k."_place"
"""


def columns_of_groups(table: KeyedTable) -> str:
    """What a program reads of each group: key, features, version, `updated_at`."""
    return listed([*table.key, *table.columns, "version", "updated_at"], "f")


def read_all(table: KeyedTable) -> str:
    """All groups in the order of their keys."""
    return f"""
{_state_of(table, LOADS_ARE_WAITING)}
SELECT {columns_of_groups(table)}, w.* FROM {quoted(table.name)} AS f CROSS JOIN w
 ORDER BY {listed(table.key, "f")}
"""


def _state_of(table: KeyedTable, waiting: str) -> str:
    """What is true of all groups: looked up once, and in the same snapshot as they are."""
    return f"""
WITH w AS MATERIALIZED (
SELECT {waiting} AS waiting,
       ARRAY(SELECT unnest(columns) FROM model_fills
              WHERE ended_at IS NULL AND feature_table = {text_literal(table.name)} ORDER BY 1) AS incomplete
)"""


def records_are_waiting(topic: str, first_bind: int) -> str:
    """Whether a topic has records beyond what is applied; NULL if it is not known where its partitions end.

    Binds: where each partition ends, from number 0 on; then the topic's id.
    """
    return f"""
(SELECT bool_or(log.log_end > coalesce(reached.next_offset, 0))
   FROM unnest(${first_bind}::bigint[]) WITH ORDINALITY AS log (log_end, place)
   LEFT JOIN stream_offsets AS reached
     ON reached.topic = {topic} AND reached.partition = log.place - 1 AND reached.topic_id = ${first_bind + 1}::uuid)
"""
