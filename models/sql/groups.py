"""The rows of groups, from which their features are computed again."""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from models.aggregates.aggregate import Aggregate
from models.aggregates.extremes import First, Last, Max, Min
from models.declaration.model import FeatureTable, GroupColumn, Period, RowTable
from models.expressions.parse import condition, parsed
from models.expressions.syntax import Expression
from models.expressions.to_sql import ordered_sql, sql_of
from models.sql.by_index import NO_JOIN
from models.sql.names import column, columns_at, listed, quoted
from models.sql.wire_json import json_of
from models.types.column_types import Instant


def group_value(group: GroupColumn, alias: str) -> str:
    """A column of the group of a row of the relation with this alias: its own, or the first day of a period in UTC."""
    value = column(group.column.name, alias)
    if group.period is None:
        return value
    moment = f"{value} AT TIME ZONE 'UTC'" if isinstance(group.column.type, Instant) else f"{value}::timestamp"
    return f"({moment})::date" if group.period is Period.DAY else f"date_trunc('{group.period}', {moment})::date"


def rows_of_groups(features: FeatureTable) -> str:
    """The JSON of each row of some groups, as `row`.

    `$1` is an array of the feature table's row type, of which only the group is read.
    """
    return f"SELECT {json_of(features.rows, 'r')} AS row {_joined(features)}"


def rows_of_extremes(features: FeatureTable, name: str) -> str:
    """The same of those rows alone that have the extreme of a Min, Max, First or Last: `name` is the aggregate's."""
    rows, aggregate = features.rows, features.aggregates[name]
    columns = columns_at(rows, "r")
    order, *others = (ordered_sql(each, columns) for each in _values(aggregate, rows))
    counts = [f"{each} IS NOT NULL" for each in (order, *others)]
    if aggregate.where is not None:
        counts.append(sql_of(condition(aggregate.where, rows.types), columns))
    groups = ", ".join(group_value(group, "r") for group in features.group)
    direction = "DESC" if isinstance(aggregate, Max | Last) else "ASC"
    return f"""
SELECT {json_of(rows, "r")} AS row FROM (
    SELECT {listed(rows.types, "r")}, rank() OVER (PARTITION BY {groups} ORDER BY {order} {direction}) AS "_rank"
      {_joined(features)} WHERE {" AND ".join(counts)}
) AS r WHERE "_rank" = 1
"""


def _values(aggregate: Aggregate, rows: RowTable) -> list[Expression]:
    """What must not be NULL for a row to count; first what is least or greatest."""
    match aggregate:
        case Min() | Max():
            return [aggregate.expression(rows.types)]
        case First() | Last():
            return [parsed(aggregate.by, rows.types), aggregate.expression(rows.types)]
        case _:
            raise TypeError(f"{type(aggregate).__name__} has no extreme")


def _joined(features: FeatureTable) -> str:
    same = " AND ".join(f"{group_value(group, 'r')} = {column(group.name, 'g')}" for group in features.group)
    found = f"SELECT * FROM {quoted(features.rows.name)} AS r WHERE {same} {NO_JOIN}"
    return f"FROM unnest($1::{quoted(features.name)}[]) AS g, LATERAL ({found}) AS r"
