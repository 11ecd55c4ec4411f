"""Whether the tables that a database has are those of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.declaration.model import Model
from models.sql.stored_columns import StoredTable, stored_tables

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

StoredRow = Mapping[str, Any]
"""A row of READ_COLUMNS."""


def misfits(model: Model, stored: Sequence[StoredRow]) -> list[str]:
    """What of the tables does not fit the model, one line each.

    Columns that only the database has do no harm if they need no value; nor do columns that could be NULL and are not
    declared so.
    """
    there = _by_table(stored)
    found: list[str] = []
    for table in stored_tables(model):
        columns = there.get(table.name)
        found += [f"there is no table {table.name}"] if columns is None else _of_table(table, columns)
    return found


def misfit_tables(model: Model, stored: Sequence[StoredRow]) -> set[str]:
    """The tables that are there and are not as the model has them."""
    there = _by_table(stored)
    tables = [table for table in stored_tables(model) if table.name in there]
    return {table.name for table in tables if _of_table(table, there[table.name])}


def _by_table(stored: Sequence[StoredRow]) -> dict[str, dict[str, StoredRow]]:
    by_table: dict[str, dict[str, StoredRow]] = {}
    for row in stored:
        by_table.setdefault(row["name"], {})[row["column_name"]] = row
    return by_table


def _of_table(table: StoredTable, stored: Mapping[str, StoredRow]) -> list[str]:
    found: list[str] = []
    declared = {column.name for column in table.columns}
    for column in table.columns:
        there = stored.get(column.name)
        if there is None:
            found.append(f"{table.name} has no column {column.name}")
        elif there["type"] != column.type:
            found.append(f"{table.name}.{column.name} is {there['type']} and should be {column.type}")
        elif there["is_required"] and column.optional:
            found.append(f"{table.name}.{column.name} cannot be NULL and should be")
    for name, row in stored.items():
        if name not in declared and row["is_required"] and row["is_bare"]:
            found.append(f"{table.name} has a column {name} that must have a value")
    key = sorted((row for row in stored.values() if row["key_place"] >= 0), key=lambda row: int(row["key_place"]))
    own = [row["column_name"] for row in key]
    if own != table.key and not {*table.key} - {*stored}:
        found.append(f"the key of {table.name} is {', '.join(own) or 'none'} and should be {', '.join(table.key)}")
    return found
