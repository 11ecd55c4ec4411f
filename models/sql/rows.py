"""The statements that store and delete the rows of a table.

Each takes `$1`, an array of the table's row type with one row a key.
"""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from models.declaration.model import RowTable
from models.expressions.to_sql import text_literal
from models.sql.by_index import is_among, merge
from models.sql.names import column, listed, publication_names, quoted
from models.sql.wire_json import json_of, key_of

# What orders the rows of `deletions` among publications.
_DELETED_AT = "(d.published_at, d.load_id, d.line)"

UPSERT_DELETIONS = f"""
INSERT INTO deletions AS d
SELECT * FROM unnest($1::deletions[])
ON CONFLICT (topic, key) DO UPDATE
   SET published_at = excluded.published_at, load_id = excluded.load_id, line = excluded.line
 WHERE (excluded.published_at, excluded.load_id, excluded.line) > {_DELETED_AT}
"""
"""Keep the newest deletion of each key; there must be one row a key."""


def upsert(table: RowTable) -> str:
    """Store rows, unless what is stored or deleted is newer.

    Returns one row:
        inserted: bigint, how many were not there before.
        replaced: text[], the JSON of rows that were replaced and said something else.
        changed: bigint[], the places in `$1`, from 1, of the rows that are new or replaced such; NULL if all are new.
    """
    keys = ", ".join(f"new.{quoted(name)}" for name in table.key)
    rows = f'ROWS FROM (generate_series(1, cardinality({_array(table)})), unnest({_array(table)})) AS i ("_place")'
    changed = f"""SELECT {listed(table.key)} FROM _stored WHERE "_inserted" OR "_replaced" IS NOT NULL"""
    return f"""
WITH _stored AS ({_upsert(table)}
    RETURNING {keys}, {_was_inserted(table)} AS "_inserted",
              CASE WHEN {_says_something_else(table)} THEN {json_of(table, "old")} END AS "_replaced"
), _counted AS (
    SELECT count(*) FILTER (WHERE "_inserted") AS inserted,
           coalesce(array_agg("_replaced") FILTER (WHERE "_replaced" IS NOT NULL), '{{}}') AS replaced
      FROM _stored
)
SELECT inserted, replaced, CASE WHEN inserted < cardinality({_array(table)})
       THEN ARRAY(SELECT i."_place"::bigint FROM {rows}
                   WHERE {is_among(table.key, "i", changed)} ORDER BY 1) END AS changed
  FROM _counted
"""


def delete(table: RowTable) -> str:
    """Delete the named rows that are not newer than their deletion; to come after UPSERT_DELETIONS.

    Only the key of `$1` is read. Returns `deleted`, the JSON of each row that was there.
    """
    return f"{_delete(table)} RETURNING {json_of(table, 's')} AS deleted"


def has_deletions(table: RowTable) -> str:
    """Whether a row of this table was ever deleted; takes no bind."""
    return f"SELECT EXISTS (SELECT FROM deletions WHERE topic = {text_literal(table.name)})"


def some_deleted(table: RowTable) -> str:
    """Whether there is a deletion of one of these keys; only the key of `$1` is read."""
    return f"""
SELECT EXISTS (SELECT FROM unnest({_array(table)}) AS i
                WHERE (SELECT true FROM deletions AS d WHERE {_deletion_of(table, "i")}))
"""


def _upsert(table: RowTable) -> str:
    # A publication replaces an older one even if the row says the same: else a third one, of a time between the two and
    # consumed later from another partition, would be taken for newer than what is stored.
    names = [*table.types, *publication_names(table)]
    assigned = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in names if name not in table.key)
    return f"""
    INSERT INTO {quoted(table.name)} AS s ({listed(names)})
    SELECT {listed(names, "i")} FROM unnest({_array(table)}) AS i
     WHERE {_is_not_deleted(table)}
    ON CONFLICT ({listed(table.key)}) DO UPDATE SET {assigned}
     WHERE {_publication(table, "excluded")} > {_publication(table, "s")}"""


def _is_not_deleted(table: RowTable) -> str:
    """Whether a row of `i` is newer than its deletion, if there is one."""
    # Whether there are deletions at all is found out once a statement. If so, a scalar subquery is never made a join:
    # each row costs one look-up, however many deletions there are.
    return f"""(NOT ({has_deletions(table)})) OR
           (SELECT {_DELETED_AT} >= {_publication(table, "i")}
              FROM deletions AS d WHERE {_deletion_of(table, "i")}) IS NOT TRUE"""


def _delete(table: RowTable) -> str:
    deleted = f"{_DELETED_AT} >= {_publication(table, 's')}"
    return f"""{merge(table.name, table.key, f"unnest({_array(table)})", "s")}
    WHEN MATCHED AND (SELECT {deleted} FROM deletions AS d WHERE {_deletion_of(table, "i")}) THEN DELETE"""


def _deletion_of(table: RowTable, alias: str) -> str:
    return f"d.topic = {text_literal(table.name)} AND d.key = {key_of(table, alias)}"


def _was_inserted(table: RowTable) -> str:
    return f"old.{quoted(table.key[0])} IS NULL"


def _says_something_else(table: RowTable) -> str:
    rest = [name for name in table.types if name not in table.key]
    differs = f"ROW({listed(rest, 'old')}) IS DISTINCT FROM ROW({listed(rest, 'new')})" if rest else "false"
    return f"old.{quoted(table.key[0])} IS NOT NULL AND {differs}"


def _publication(table: RowTable, alias: str) -> str:
    return f"({', '.join(column(name, alias) for name in publication_names(table))})"


def _array(table: RowTable) -> str:
    return f"$1::{quoted(table.name)}[]"
