"""Expressions as the text of SQL. `models.expressions.to_arrow` means the same on record batches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from models.expressions.syntax import (
    Arithmetic,
    ColumnValue,
    Comparison,
    Expression,
    IsNone,
    Kind,
    Literal,
    Logical,
    Not,
)

_COMPARISONS: Final = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TYPES: Final = {
    Kind.NUMBER: "numeric",
    Kind.TEXT: "text",
    Kind.FLAG: "boolean",
    Kind.DAY: "date",
    Kind.INSTANT: "timestamptz",
}


def sql_of(  # noqa: PLR0911  # a case for each form, in one place
    expression: Expression, columns: Mapping[str, str]
) -> str:
    """The same in SQL, in parentheses where need be; numbers are computed as numeric, which never overflows.

    Args:
        expression: what to say.
        columns: what stands for each column that it reads.
    """
    match expression:
        case ColumnValue(name):
            return columns[name]
        case Literal(value, kind):
            return f"CAST({text_literal(_written(value))} AS {_TYPES[kind.kind]})"
        case Arithmetic(operator, left, right):
            return f"({_number(left, columns)} {operator} {_number(right, columns)})"
        case Comparison(operator, left, right):
            return f"({ordered_sql(left, columns)} {_COMPARISONS[operator]} {ordered_sql(right, columns)})"
        case Logical(operator, left, right):
            return f"({sql_of(left, columns)} {operator.upper()} {sql_of(right, columns)})"
        case Not(operand):
            return f"(NOT {sql_of(operand, columns)})"
        case IsNone(operand):
            return f"({sql_of(operand, columns)} IS NULL)"


def ordered_sql(expression: Expression, columns: Mapping[str, str]) -> str:
    """The same; texts are compared by code point, whatever the database's collation is."""
    found = sql_of(expression, columns)
    return f'({found} COLLATE "C")' if expression.type.kind is Kind.TEXT else found


def text_literal(text: str) -> str:
    """A text as it stands in a statement, safe whatever it holds and however `standard_conforming_strings` is set."""
    quoted = "'" + text.replace("'", "''") + "'"
    return quoted if "\\" not in text else "E" + quoted.replace("\\", "\\\\")


def _written(value: Decimal | str | bool | date | datetime) -> str:  # noqa: FBT001  # what stands in an expression
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(expression: Expression, columns: Mapping[str, str]) -> str:
    return f"CAST({sql_of(expression, columns)} AS numeric)"
