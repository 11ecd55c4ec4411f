"""Rows and keys as they stand on the wire, made by Postgres: what `models.wire` writes, byte for byte."""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from collections.abc import Mapping

from models.declaration.model import FeatureTable, RowTable
from models.sql.names import VERSION, column, quoted
from models.types.column_types import AnyNumber, ArrayOf, ColumnType, ExactDecimal, Instant, WholeNumber


def json_of(table: RowTable, alias: str) -> str:
    """A scalar subquery: the JSON text of the declared columns of a row of the relation with this alias."""
    members = ", ".join(
        f"{on_wire(each.type, column(each.name, alias))} AS {quoted(each.name)}" for each in table.columns
    )
    return f"(SELECT row_to_json(_row)::text FROM (SELECT {members}) AS _row)"


def json_of_group(features: FeatureTable, alias: str) -> str:
    """A scalar subquery: the JSON text of a group of the relation with this alias, with its key and its features."""
    key = {group.name: on_wire(group.type, column(group.name, alias)) for group in features.group}
    outputs = {output.name: on_wire(output.type, column(output.name, alias)) for output in features.outputs}
    moment = on_wire(Instant(), column("updated_at", alias))
    members = {"key": json_object(key), "features": json_object(outputs), "version": column(VERSION, alias)}
    return f"{json_object(members | {'updated_at': moment})}::text"


def json_object(members: Mapping[str, str]) -> str:
    """A scalar subquery: a JSON object of these members, each with the expression of its value."""
    listed = ", ".join(f"{value} AS {quoted(name)}" for name, value in members.items())
    return f"(SELECT row_to_json(_row) FROM (SELECT {listed}) AS _row)"


def key_of(table: RowTable, alias: str) -> str:
    """The key that names a row: a whole number's digits, else JSON, of several columns an array."""
    parts = [_key_part(table.types[name], column(name, alias)) for name in table.key]
    return parts[0] if len(parts) == 1 else "'[' || " + " || ',' || ".join(parts) + " || ']'"


def _key_part(kind: ColumnType, value: str) -> str:
    if isinstance(kind, WholeNumber):
        return f"{value}::text"
    return f"to_json({on_wire(kind, value)})::text"


def on_wire(kind: ColumnType, value: str) -> str:
    """What Postgres writes as JSON as it stands on the wire."""
    match kind:
        case Instant():
            moment = f"""to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
            return f"replace({moment}, '.000000', '') || 'Z'"
        case ExactDecimal() | AnyNumber():
            return f"trim_scale({value})"
        case ArrayOf(item) if (of_item := on_wire(item, "_item")) != "_item":
            items = f"unnest({value}) WITH ORDINALITY AS _items (_item, _place)"
            return f"CASE WHEN {value} IS NOT NULL THEN ARRAY(SELECT {of_item} FROM {items} ORDER BY _place) END"
        case _:
            return value
