"""The queries of exports: whole tables, their values in the forms of files."""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from collections.abc import Mapping

from models.expressions.to_sql import text_literal
from models.sql.names import column, listed, quoted
from models.sql.wire_json import json_object, on_wire
from models.types.column_types import ArrayOf, ColumnType, Flag, Instant, ListType


def plain_rows(table: str, columns: Mapping[str, ColumnType]) -> str:
    """Each row of a table, its values as Postgres has them."""
    return f"SELECT {listed(columns)} FROM {quoted(table)}"


def json_rows(table: str, columns: Mapping[str, ColumnType]) -> str:
    """Each row as a text: a JSON object, its values as they stand in records."""
    members = {name: on_wire(kind, column(name, "r")) for name, kind in columns.items()}
    return f"SELECT {json_object(members)}::text FROM {quoted(table)} AS r"


def csv_rows(table: str, columns: Mapping[str, ColumnType]) -> str:
    """Each row, its values as a file of rows has them, so that it can be loaded again."""
    fields = ", ".join(f"{_in_csv(kind, column(name))} AS {quoted(name)}" for name, kind in columns.items())
    return f"SELECT {fields} FROM {quoted(table)}"


def _in_csv(kind: ColumnType, value: str) -> str:
    match kind:
        case ListType(separator=separator):
            return f"array_to_string({value}, {text_literal(separator)})"
        case ArrayOf():
            return f"to_json({on_wire(kind, value)})"
        case Flag():
            return f"{value}::text"
        case Instant():
            return on_wire(kind, value)
        case _:
            return value
