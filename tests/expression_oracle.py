"""What an expression of a declaration is worth for a row, in plain Python: it shares no code with the product."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

_BINARY: Final[Mapping[type[ast.AST], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def worth(text: str, row: Mapping[str, Any]) -> Any:  # noqa: ANN401  # of any type
    """What an expression is worth for a row, by SQL's rules of NULL; numbers are exact fractions of ten."""
    return _worth(_parsed(text), row)


@cache
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _worth(node: ast.expr, row: Mapping[str, Any]) -> Any:  # noqa: ANN401, PLR0911  # the same; a case for each form
    match node:
        case ast.Name(id=name):
            return _exact(row[name])
        case ast.Constant(value=value):
            return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
        case ast.BinOp(left, sign, right):
            return _of_both(_BINARY[type(sign)], _worth(left, row), _worth(right, row))
        case ast.UnaryOp(ast.USub(), operand):
            return _of_both(operator.sub, Decimal(0), _worth(operand, row))
        case ast.UnaryOp(ast.Not(), operand):
            value = _worth(operand, row)
            return None if value is None else not value
        case ast.BoolOp(sign, values):
            return _logical(sign, [_worth(value, row) for value in values])
        case ast.Compare(left, signs, others):
            sides = [left, *others]
            pairs = zip(sides, signs, others, strict=False)
            return _logical(ast.And(), [_compared(*pair, row) for pair in pairs])
    raise AssertionError(ast.dump(node))


def _compared(left: ast.expr, sign: ast.cmpop, right: ast.expr, row: Mapping[str, Any]) -> bool | None:
    first = _worth(left, row)
    if isinstance(sign, ast.Is | ast.IsNot):
        return (first is None) is isinstance(sign, ast.Is)
    if isinstance(sign, ast.In | ast.NotIn) and isinstance(right, ast.Tuple):
        found = _logical(ast.Or(), [_compared(left, ast.Eq(), value, row) for value in right.elts])
        return found if found is None else found is isinstance(sign, ast.In)
    second = _worth(right, row)
    if isinstance(first, date) and isinstance(second, str):
        second = type(first).fromisoformat(second)
    compared: bool | None = _of_both(_BINARY[type(sign)], _in_order(first), _in_order(second))
    return compared


def _logical(sign: ast.boolop, values: list[bool | None]) -> bool | None:
    decisive = isinstance(sign, ast.Or)
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _of_both(function: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:  # noqa: ANN401  # of any type
    return None if left is None or right is None else function(left, right)


def _exact(value: Any) -> Any:  # noqa: ANN401  # of any type
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _in_order(value: Any) -> Any:  # noqa: ANN401  # of any type
    return value.encode() if isinstance(value, str) else value
