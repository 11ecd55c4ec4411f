"""Types of values in expressions: of a column, of a sum or product, and which can be compared."""

from __future__ import annotations

from models.expressions.syntax import MAX_NUMBER_DIGITS, Kind, ValueType
from models.types.column_types import ColumnType, Day, ExactDecimal, Flag, Instant, TextType, WholeNumber


class ExpressionError(ValueError):
    """An expression cannot be read, names no column, or mixes types; the message says why.

    Attributes:
        unknown: the name that is not a column, if that is what is wrong.
    """

    def __init__(self, message: str, unknown: str | None = None) -> None:
        super().__init__(message)
        self.unknown = unknown


_KINDS = {TextType: Kind.TEXT, Flag: Kind.FLAG, Day: Kind.DAY, Instant: Kind.INSTANT}


def value_type(name: str, column: ColumnType) -> ValueType:
    """The type of a column's value.

    Raises:
        ExpressionError: values of this column cannot stand in an expression.
    """
    match column:
        case WholeNumber():
            return ValueType(Kind.NUMBER, column.digits)
        case ExactDecimal():
            return ValueType(Kind.NUMBER, column.max_digits, column.decimal_places)
        case _ if kind := _KINDS.get(type(column)):
            return ValueType(kind)
        case _:
            raise ExpressionError(f"{name} is a {column.name}, which cannot stand in an expression")


def arithmetic_type(operator: str, left: ValueType, right: ValueType) -> ValueType:
    """The type that holds each result of an operation exactly.

    Raises:
        ExpressionError: not both are numbers, or no type has so many digits.
    """
    if left.kind is not Kind.NUMBER or right.kind is not Kind.NUMBER:
        raise ExpressionError(f"{operator} takes two numbers, not {left.kind} and {right.kind}")
    if operator == "*":
        return _number(left.digits + right.digits, left.decimals + right.decimals)
    common = common_type(left, right)
    return _number(common.digits + 1, common.decimals)


def common_type(left: ValueType, right: ValueType) -> ValueType:
    """The type that holds each value of both numbers exactly.

    Raises:
        ExpressionError: no type has so many digits.
    """
    decimals = max(left.decimals, right.decimals)
    return _number(max(left.digits - left.decimals, right.digits - right.decimals) + decimals, decimals)


def _number(digits: int, decimals: int) -> ValueType:
    if digits > MAX_NUMBER_DIGITS:
        raise ExpressionError(
            f"its result may have {digits} digits, and at most {MAX_NUMBER_DIGITS} are held exactly: declare smaller "
            "limits (Field(ge=…, le=…)) or fewer digits for its columns"
        )
    return ValueType(Kind.NUMBER, digits, decimals)
