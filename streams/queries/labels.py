"""Which table of rows names the values of a column, so that people read its label beside the value or in its place.

Nothing declares that one column names the rows of another table. It is taken to where the name of the column is that
table's key or ends with it, as `customer_email` does with `email`, and both are of one type.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.aggregates.extremes import First, Last, Max, Min
from models.aggregates.most_common import MostCommon
from models.declaration.model import FeatureTable, GroupColumn, Model, RowTable
from models.types.column_types import ColumnType, ListType

_VALUE_OF_A_ROW = (First, Last, Max, Min, MostCommon)


def named_by(model: Model, kind: ColumnType, *names: str) -> RowTable | None:
    """The one table whose rows are named by a column of this type with one of these names."""
    fitting = [
        (name == key, table)
        for table in model.rows
        if len(table.key) == 1
        for key in table.key
        for name in names
        if type(table.types[key]) is type(kind) and (name == key or name.endswith(f"_{key}"))
    ]
    same = {table.name: table for is_same, table in fitting if is_same} or {table.name: table for _, table in fitting}
    return next(iter(same.values())) if len(same) == 1 else None


def named_by_column(model: Model, group: GroupColumn) -> RowTable | None:
    """The table whose rows a column of a group names."""
    return None if group.period is not None else named_by(model, group.column.type, group.name)


def named_by_group(model: Model, features: FeatureTable) -> RowTable | None:
    """The table of which each group of features is a row; None where a group has several columns."""
    return named_by_column(model, features.group[0]) if len(features.group) == 1 else None


def labelled_columns(model: Model, features: FeatureTable) -> Iterator[tuple[str, RowTable]]:
    """The columns whose values name rows that have a label, but for the group's first; and the table of these rows."""
    for group in features.group[1:]:
        named = named_by_column(model, group)
        if named is not None and named.label is not None:
            yield group.name, named
    for name, aggregate in features.aggregates.items():
        value = aggregate.value.strip() if isinstance(aggregate, _VALUE_OF_A_ROW) else ""
        kind = features.rows.types.get(value)
        if kind is None:
            continue
        item = kind.item if isinstance(kind, ListType) else kind
        table = named_by(model, item, value, value.removesuffix("s"), name)
        if table is not None and table.label is not None:
            yield name, table
