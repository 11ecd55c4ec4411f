"""Expressions over the columns of an Arrow record batch. `models.expressions.to_sql` means the same in Postgres."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

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
    ValueType,
)
from models.expressions.value_types import common_type

_INT64_DIGITS: Final = 18
"""Numbers of so many digits surely fit in 64 bits."""
_DIGITS_OF_INT64: Final = 19
"""Digits of the greatest number of 64 bits."""
_DECIMAL128_DIGITS: Final = 37
"""One less than a decimal128 has, since Arrow wants one more for a product than is needed."""

# Arrow's functions are made when it is imported, and have no annotations.
_Compute = Callable[..., Any]
_ARITHMETIC: Final[dict[str, _Compute]] = {
    "+": pc.add_checked,
    "-": pc.subtract_checked,
    "*": pc.multiply_checked,
}
_COMPARISONS: Final[dict[str, _Compute]] = {
    "==": pc.equal,
    "!=": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
_LOGICAL: Final[dict[str, _Compute]] = {"and": pc.and_kleene, "or": pc.or_kleene}
_TIMES: Final = {Kind.TEXT: pa.string(), Kind.FLAG: pa.bool_(), Kind.DAY: pa.date32()}


def evaluated(  # noqa: PLR0911  # a case for each form, in one place
    expression: Expression, columns: Mapping[str, pa.Array]
) -> pa.Array | pa.Scalar:
    """The value for each row; a scalar if no column is read.

    Args:
        expression: what to evaluate.
        columns: those that it reads, all of one length, of the Arrow types of their declaration.
    """
    match expression:
        case ColumnValue(name):
            return columns[name]
        case Literal(value, kind):
            return pa.scalar(value, _arrow_type(kind))
        case Arithmetic(operator, left, right, kind):
            sides = _operands(left, right, kind, columns)
            return _cast(_ARITHMETIC[operator](*sides), kind)
        case Comparison(operator, left, right):
            return _COMPARISONS[operator](*_compared(left, right, columns))
        case Logical(operator, left, right):
            return _LOGICAL[operator](evaluated(left, columns), evaluated(right, columns))
        case Not(operand):
            return pc.invert(evaluated(operand, columns))
        case IsNone(operand):
            return pc.is_null(evaluated(operand, columns))


def _operands(left: Expression, right: Expression, result: ValueType, columns: Mapping[str, pa.Array]) -> list[Any]:
    """Both sides as whole numbers of 64 bits if the result is one, else as decimals of one width."""
    if pa.types.is_int64(_arrow_type(result)):
        return [evaluated(side, columns) for side in (left, right)]
    wide = result.digits > _DECIMAL128_DIGITS
    return [_decimal(evaluated(side, columns), side.type, wide=wide) for side in (left, right)]


def _compared(left: Expression, right: Expression, columns: Mapping[str, pa.Array]) -> list[Any]:
    values = [evaluated(side, columns) for side in (left, right)]
    if left.type.kind is not Kind.NUMBER or all(pa.types.is_int64(value.type) for value in values):
        return values
    common = common_type(left.type, right.type)
    wide = common.digits > _DECIMAL128_DIGITS
    return [
        _decimal(_decimal(value, side.type, wide=wide), common, wide=wide)
        for value, side in zip(values, (left, right), strict=True)
    ]


def _arrow_type(kind: ValueType) -> pa.DataType:
    if kind.kind is Kind.INSTANT:
        return pa.timestamp("us", tz="UTC")
    if kind.kind is not Kind.NUMBER:
        return _TIMES[kind.kind]
    if not kind.decimals and kind.digits <= _INT64_DIGITS:
        return pa.int64()
    return _decimal_type(kind, wide=kind.digits > _DECIMAL128_DIGITS)


def _decimal_type(kind: ValueType, *, wide: bool) -> pa.DataType:
    return (pa.decimal256 if wide else pa.decimal128)(kind.digits, kind.decimals)


def _decimal(value: Any, kind: ValueType, *, wide: bool) -> Any:  # noqa: ANN401  # an array or a scalar of Arrow
    """The numbers as decimals of their own type, which Arrow makes of 64 bits by way of 19 digits only."""
    if pa.types.is_int64(value.type):
        value = value.cast(pa.decimal128(_DIGITS_OF_INT64, 0))
    target = _decimal_type(kind, wide=wide)
    return value if value.type == target else value.cast(target)


def _cast(value: Any, kind: ValueType) -> Any:  # noqa: ANN401  # the same
    target = _arrow_type(kind)
    return value if value.type == target else value.cast(target)
