"""Typed trees of expressions over columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

MAX_NUMBER_DIGITS = 75
"""One less than Arrow's decimal256 has, since it wants one more for a product than is needed."""


class Kind(StrEnum):
    """What sort of value an expression has."""

    NUMBER = "a number"
    TEXT = "a text"
    FLAG = "true or false"
    DAY = "a date"
    INSTANT = "a datetime"


@dataclass(frozen=True)
class ValueType:
    """The type of an expression's value. Only numbers have digits: how many in all, how many after the point."""

    kind: Kind
    digits: int = 0
    decimals: int = 0


FLAG = ValueType(Kind.FLAG)


@dataclass(frozen=True)
class ColumnValue:
    """The value of a column."""

    name: str
    type: ValueType


@dataclass(frozen=True)
class Literal:
    """A value that stands in the text."""

    value: Decimal | str | bool | date | datetime
    type: ValueType


@dataclass(frozen=True)
class Arithmetic:
    """`left operator right`, operator one of + - *; NULL if one of them is."""

    operator: str
    left: Expression
    right: Expression
    type: ValueType


@dataclass(frozen=True)
class Comparison:
    """`left operator right`, operator one of == != < <= > >=; NULL if one of them is."""

    operator: str
    left: Expression
    right: Expression
    type: ValueType = FLAG


@dataclass(frozen=True)
class Logical:
    """`left operator right`, operator `and` or `or`, in SQL's logic of three values."""

    operator: str
    left: Expression
    right: Expression
    type: ValueType = FLAG


@dataclass(frozen=True)
class Not:
    """True where the operand is false; NULL where it is NULL."""

    operand: Expression
    type: ValueType = FLAG


@dataclass(frozen=True)
class IsNone:
    """Whether the operand is NULL; never NULL itself."""

    operand: Expression
    type: ValueType = FLAG


Expression = ColumnValue | Literal | Arithmetic | Comparison | Logical | Not | IsNone


def columns_of(expression: Expression) -> frozenset[str]:
    """The columns that it reads."""
    match expression:
        case ColumnValue(name):
            return frozenset({name})
        case Literal():
            return frozenset()
        case Not(operand) | IsNone(operand):
            return columns_of(operand)
        case Arithmetic(_, left, right) | Comparison(_, left, right) | Logical(_, left, right):
            return columns_of(left) | columns_of(right)
