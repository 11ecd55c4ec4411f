"""Whether the tables that a database has are those of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from models.declaration.model import Model
from models.sql.tables import model_tables, type_name

READ_COLUMNS = """
SELECT class.relname::text AS name, attribute.attname::text AS column_name,
       format_type(atttypid, atttypmod) AS type,
       attnotnull AS is_required,
       NOT atthasdef AND attidentity = '' AND attgenerated = '' AS is_bare,
       coalesce(array_position(primary_key.indkey::int2[], attnum), -1) AS key_place
  FROM unnest($1::text[]) AS wanted (name)
  JOIN pg_class AS class ON class.oid = to_regclass(quote_ident(wanted.name))
  JOIN pg_attribute AS attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped
  LEFT JOIN pg_index AS primary_key ON primary_key.indrelid = class.oid AND indisprimary
 ORDER BY class.relname, attnum
"""
"""The columns of those of the tables $1 that there are; `key_place` orders those of the primary key, -1 for others."""

StoredColumn = Mapping[str, Any]
"""A row of READ_COLUMNS."""


def misfits(model: Model, stored: Sequence[StoredColumn]) -> list[str]:
    """What of the tables does not fit the model, one line each.

    Columns that only the database has do no harm if they need no value; nor do columns that could be NULL and are not
    declared so.
    """
    by_table: dict[str, dict[str, StoredColumn]] = {}
    for row in stored:
        by_table.setdefault(row["name"], {})[row["column_name"]] = row
    found: list[str] = []
    for table in model_tables(model).tables.values():
        columns = by_table.get(table.name)
        found += [f"there is no table {table.name}"] if columns is None else _of_table(table, columns)
    return found


def _of_table(table: Table, stored: Mapping[str, StoredColumn]) -> list[str]:
    found: list[str] = []
    for column in table.columns:
        there, wanted = stored.get(column.name), _plain(type_name(column.type))
        if there is None:
            found.append(f"{table.name} has no column {column.name}")
        elif there["type"] != wanted:
            found.append(f"{table.name}.{column.name} is {there['type']} and should be {wanted}")
        elif there["is_required"] and column.nullable:
            found.append(f"{table.name}.{column.name} cannot be NULL and should be")
    for name, row in stored.items():
        if name not in table.columns and row["is_required"] and row["is_bare"]:
            found.append(f"{table.name} has a column {name} that must have a value")
    key = sorted((row for row in stored.values() if row["key_place"] >= 0), key=lambda row: int(row["key_place"]))
    own, wanted_key = [row["column_name"] for row in key], [column.name for column in table.primary_key]
    if own != wanted_key and not {*wanted_key} - {*stored}:
        found.append(f"the key of {table.name} is {', '.join(own) or 'none'} and should be {', '.join(wanted_key)}")
    return found


def _plain(kind: str) -> str:
    """A type's name in Postgres' own form."""
    return kind.partition(" COLLATE")[0].lower().replace(", ", ",")
