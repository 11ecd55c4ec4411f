"""The columns that a model's tables have in Postgres: the declared ones, and the engine's own beside them."""

from __future__ import annotations

from typing import Final, NamedTuple

from models.aggregates.aggregate import OutputColumn
from models.aggregates.totals import Mean
from models.declaration.model import FeatureTable, Model, RowTable
from models.expressions.syntax import columns_of
from models.sql.names import VERSION, publication_names
from models.types.column_types import ColumnType, TextType

_OF_PUBLICATION: Final = ("timestamp with time zone", "uuid", "bigint")


class StoredColumn(NamedTuple):
    """A column: its type as Postgres writes it, and whether it may be NULL."""

    name: str
    type: str
    optional: bool = False
    by_code_point: bool = False
    """A text of a key or group, whose index has the order that everything else here has."""


class StoredTable(NamedTuple):
    """A table by its columns, and those of its primary key."""

    name: str
    columns: list[StoredColumn]
    key: list[str]


def stored_tables(model: Model) -> list[StoredTable]:
    """All tables of a model."""
    return [*map(stored_rows, model.rows), *map(stored_features, model.features)]


def stored_rows(rows: RowTable) -> StoredTable:
    """The table of rows: declared columns, then those of the publication."""
    ordered = {*rows.key, rows.group}
    declared = [
        _stored(each.name, each.type, optional=each.optional, of_index=each.name in ordered) for each in rows.columns
    ]
    published = [StoredColumn(name, kind) for name, kind in zip(publication_names(rows), _OF_PUBLICATION, strict=True)]
    return StoredTable(rows.name, declared + published, list(rows.key))


def stored_features(features: FeatureTable) -> StoredTable:
    """The table of features: group columns, outputs, the version that guards writing, and when it was written."""
    group = [_stored(each.name, each.type, optional=False, of_index=True) for each in features.group]
    outputs = [
        _stored(each.name, each.type, optional=may_be_null(each, features), of_index=False) for each in features.outputs
    ]
    own = [StoredColumn(VERSION, "bigint"), StoredColumn("updated_at", "timestamp with time zone")]
    return StoredTable(features.name, group + outputs + own, [each.name for each in features.group])


def may_be_null(output: OutputColumn, features: FeatureTable) -> bool:
    """Whether a column of features may be NULL; the mean of what each row has is not."""
    aggregate = features.aggregates.get(output.name)
    if isinstance(aggregate, Mean) and aggregate.where is None:
        optional = {column.name for column in features.rows.columns if column.optional}
        return bool(columns_of(aggregate.expression(features.rows.types)) & optional)
    return output.optional


def _stored(name: str, kind: ColumnType, *, optional: bool, of_index: bool) -> StoredColumn:
    return StoredColumn(name, kind.postgres, optional, of_index and isinstance(kind, TextType))
