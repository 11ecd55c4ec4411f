"""What all aggregates have in common: values of the rows that count, and the columns that come of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pyarrow as pa

from models.expressions.parse import condition, parsed
from models.expressions.syntax import ColumnValue, Expression, Kind
from models.expressions.value_types import ExpressionError, value_type
from models.states.state import State
from models.types.column_types import AnyNumber, ColumnType, Day, Flag, Instant, ListType, TextType, WholeNumber

if TYPE_CHECKING:
    from models.aggregates.plain_sql import GroupedRows, PlainSql

Columns = Mapping[str, ColumnType]
"""The columns of a Row, by name."""

COUNT: Final = WholeNumber()
NUMBERS: Final = frozenset({Kind.NUMBER})
ORDERED: Final = frozenset({Kind.NUMBER, Kind.TEXT, Kind.DAY, Kind.INSTANT})
"""Kinds of values that have a least and a greatest."""
ANY: Final = frozenset(Kind)
_TYPES: Final[dict[Kind, ColumnType]] = {
    Kind.NUMBER: AnyNumber(),
    Kind.TEXT: TextType(),
    Kind.FLAG: Flag(),
    Kind.DAY: Day(),
    Kind.INSTANT: Instant(),
}


@dataclass(frozen=True)
class OutputColumn:
    """A column of a feature table; `optional` says that it is NULL if nothing counts."""

    name: str
    type: ColumnType
    optional: bool


@dataclass(frozen=True)
class Aggregate(ABC):
    """One aggregate of a Features class; the attribute's name is that of its column.

    Attributes:
        where: an expression; rows for which it is not true do not count.
    """

    _: KW_ONLY
    where: str | None = None

    def outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:
        """The columns that it writes.

        Args:
            name: the attribute's.
            columns: of the rows.

        Raises:
            ExpressionError: it says something that these rows do not have, or of a type that it cannot take.
        """
        found = self._outputs(name, columns)
        self.states(columns)
        return found

    @abstractmethod
    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """The same columns in plain SQL, for the audit."""

    @abstractmethod
    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]: ...

    @abstractmethod
    def states(self, columns: Columns) -> tuple[State, ...]:
        """What it needs to know of a group.

        Raises:
            ExpressionError: as for `outputs`.
        """

    @abstractmethod
    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        """Its columns by name, in the order of `outputs`, and with `divisor_of(name)` one that its SQL divides by.

        Args:
            name: the attribute's.
            states: the columns of each of its states.
        """

    def plain_values(self, name: str, *states: Sequence[Any]) -> dict[str, Any]:
        """The same of few groups, whose columns are lists: to be overridden where `values` computes any."""
        return self.values(name, *states)

    def condition(self, columns: Columns) -> Expression | None:
        """`where` as a tree.

        Raises:
            ExpressionError: it cannot be read, or is neither true nor false.
        """
        return None if self.where is None else condition(self.where, columns)


@dataclass(frozen=True)
class AggregateOfValue(Aggregate):
    """An aggregate of one value a row.

    Attributes:
        value: a column or an expression; rows where it is NULL do not count.
    """

    value: str
    _: KW_ONLY
    takes: ClassVar[frozenset[Kind]] = ANY

    def expression(self, columns: Columns) -> Expression:
        """The value as a tree.

        Raises:
            ExpressionError: it cannot be read, or is of a type that this aggregate cannot take.
        """
        found = parsed(self.value, columns)
        if found.type.kind not in self.takes:
            kinds = " or ".join(sorted(self.takes))
            raise ExpressionError(f"{type(self).__name__} takes {kinds}, and {self.value} is {found.type.kind}")
        return found

    def value_or_items(self, columns: Columns) -> tuple[Expression, bool]:
        """The value as a tree, and whether it is a list column, of which each item counts.

        Raises:
            ExpressionError: as for `expression`.
        """
        items = list_column(self.value, columns)
        return (self.expression(columns), False) if items is None else (items_of(self.value, items), True)


def type_of_value(expression: Expression, columns: Columns) -> ColumnType:
    """The type of a value that is taken from a row: the column's own, or that of the expression's kind."""
    return columns[expression.name] if isinstance(expression, ColumnValue) else _TYPES[expression.type.kind]


def divisor_of(name: str) -> str:
    """The name of the column that holds how many rows count, where a column of that name is to be divided by SQL."""
    return f"{name} rows"


def items_of(name: str, items: ListType) -> ColumnValue:
    """The items of a list column."""
    return ColumnValue(name.strip(), value_type(name, items.item))


def list_column(name: str, columns: Columns) -> ListType | None:
    """The list column of that name; None if it is not one."""
    found = columns.get(name.strip())
    return found if isinstance(found, ListType) else None
