"""Aggregates as plain SQL over the stored rows: what the audit holds feature tables to.

It shares nothing with how features are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    FunctionElement,
    Select,
    and_,
    func,
    literal_column,
    select,
    true,
)

from models.expressions.parse import condition, parsed
from models.expressions.syntax import Expression
from models.expressions.to_sql import ordered_sql, sql_of
from models.types.column_types import ColumnType, ListType, TextType


@dataclass(frozen=True)
class GroupedRows:
    """The rows of a table, to be grouped.

    Attributes:
        table: what they are selected from.
        types: of the declared columns.
        names: of these as they stand in a statement.
        key: the columns that name a row.
        group: what a group has in common, each with the label of its column in the feature table.
    """

    table: FromClause
    types: Mapping[str, ColumnType]
    names: Mapping[str, str]
    key: tuple[str, ...]
    group: tuple[ColumnElement[Any], ...]

    def value(self, text: str) -> ColumnElement[Any]:
        """A declared expression; a text is compared by code point."""
        return self.in_order(parsed(text, self.types))

    def in_order(self, expression: Expression) -> ColumnElement[Any]:
        """The same, read already."""
        return literal_column(ordered_sql(expression, self.names))

    def items(self, column: str) -> ColumnElement[Any]:
        """Each value of a list column, as what `values` selects from."""
        kind = self.types[column.strip()]
        assert isinstance(kind, ListType)  # noqa: S101  # checked with the declaration
        item: ColumnElement[Any] = func.unnest(self.table.columns[column.strip()]).column_valued("_item")
        return item.collate("C") if isinstance(kind.item, TextType) else item

    def where(self, text: str | None, *present: ColumnElement[Any]) -> ColumnElement[bool]:
        """The rows that count: the condition is true, and these are not NULL."""
        counts: list[ColumnElement[bool]] = (
            [] if text is None else [literal_column(sql_of(condition(text, self.types), self.names))]
        )
        return and_(true(), *counts, *(value.is_not(None) for value in present))

    def values(self, value: ColumnElement[Any], where: str | None) -> Select[Any]:
        """A row for each value that counts: its group, and itself as `_value`."""
        return select(*self.group, value.label("_value")).select_from(self.table).where(self.where(where, value))


@dataclass(frozen=True)
class PlainSql:
    """What an aggregate is in SQL.

    Attributes:
        columns: what it writes. Without `joined` these are aggregates over the rows of a group.
        joined: a row for some groups, with their columns, from which `columns` are taken.
    """

    columns: Mapping[str, ColumnElement[Any]]
    joined: FromClause | None = field(default=None)


def filtered(
    found: FunctionElement[Any], rows: GroupedRows, where: str | None, *present: ColumnElement[Any]
) -> ColumnElement[Any]:
    """An aggregate of the rows that count."""
    return found if where is None and not present else found.filter(rows.where(where, *present))
