"""Expressions in SQL, as SQLAlchemy composes it. `models.expressions.to_arrow` means the same on record batches."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Date, DateTime, Numeric, Text, and_, cast, literal_column, not_, or_
from sqlalchemy.types import TypeEngine

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

_Operator = Callable[[Any, Any], ColumnElement[Any]]
_ARITHMETIC: Final[dict[str, _Operator]] = {"+": operators.add, "-": operators.sub, "*": operators.mul}
_COMPARISONS: Final[dict[str, _Operator]] = {
    "==": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}
_TYPES: Final[dict[Kind, TypeEngine[Any]]] = {
    Kind.NUMBER: Numeric(),
    Kind.TEXT: Text(),
    Kind.FLAG: Boolean(),
    Kind.DAY: Date(),
    Kind.INSTANT: DateTime(timezone=True),
}


def sql_of(  # noqa: PLR0911  # a case for each form, in one place
    expression: Expression, columns: Mapping[str, ColumnElement[Any]]
) -> ColumnElement[Any]:
    """The same in SQL; numbers are computed as numeric, which never overflows.

    Args:
        expression: what to say.
        columns: what stands for each column that it reads.
    """
    match expression:
        case ColumnValue(name):
            return columns[name]
        case Literal(value, kind):
            return cast(literal_column(text_literal(_written(value))), _TYPES[kind.kind])
        case Arithmetic(operator, left, right):
            return _ARITHMETIC[operator](_number(left, columns), _number(right, columns))
        case Comparison(operator, left, right):
            return _COMPARISONS[operator](_ordered(left, columns), _ordered(right, columns))
        case Logical("and", left, right):
            return and_(sql_of(left, columns), sql_of(right, columns))
        case Logical(_, left, right):
            return or_(sql_of(left, columns), sql_of(right, columns))
        case Not(operand):
            return not_(sql_of(operand, columns))
        case IsNone(operand):
            return sql_of(operand, columns).is_(None)


def text_literal(text: str) -> str:
    """A text as it stands in a statement, safe whatever it holds and however `standard_conforming_strings` is set."""
    quoted = "'" + text.replace("'", "''") + "'"
    return quoted if "\\" not in text else "E" + quoted.replace("\\", "\\\\")


def _written(value: Decimal | str | bool | date | datetime) -> str:  # noqa: FBT001  # what stands in an expression
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(expression: Expression, columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    return cast(sql_of(expression, columns), Numeric())


def _ordered(expression: Expression, columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """Texts are compared by code point, whatever the database's collation is."""
    found = sql_of(expression, columns)
    return found.collate("C") if expression.type.kind is Kind.TEXT else found
