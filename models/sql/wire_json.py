"""Rows and keys as they stand on the wire, made by Postgres: what `models.wire` writes, byte for byte."""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from models.declaration.model import RowTable
from models.sql.names import column, quoted
from models.types.column_types import ColumnType, ExactDecimal, Instant, WholeNumber


def json_of(table: RowTable, alias: str) -> str:
    """A scalar subquery: the JSON text of the declared columns of a row of the relation with this alias."""
    members = ", ".join(
        f"{_on_wire(each.type, column(each.name, alias))} AS {quoted(each.name)}" for each in table.columns
    )
    return f"(SELECT row_to_json(_row)::text FROM (SELECT {members}) AS _row)"


def key_of(table: RowTable, alias: str) -> str:
    """The key that names a row: a whole number's digits, else JSON, of several columns an array."""
    parts = [_key_part(table.types[name], column(name, alias)) for name in table.key]
    return parts[0] if len(parts) == 1 else "'[' || " + " || ',' || ".join(parts) + " || ']'"


def _key_part(kind: ColumnType, value: str) -> str:
    if isinstance(kind, WholeNumber):
        return f"{value}::text"
    return f"to_json({_on_wire(kind, value)})::text"


def _on_wire(kind: ColumnType, value: str) -> str:
    """What Postgres writes as JSON as it stands on the wire."""
    match kind:
        case Instant():
            moment = f"""to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
            return f"replace({moment}, '.000000', '') || 'Z'"
        case ExactDecimal():
            return f"trim_scale({value})"
        case _:
            return value
