"""From the text of an expression to its typed tree. The text is parsed by Python's `ast` and never run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from models.expressions.syntax import (
    FLAG,
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
from models.expressions.value_types import ExpressionError, arithmetic_type, common_type, value_type
from models.types.column_types import ColumnType

_ARITHMETIC: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_COMPARISONS: Final = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_LOGICAL: Final = {ast.And: "and", ast.Or: "or"}
_TAKEN: Final = "an expression has columns, numbers, texts, + - *, comparisons, `in (…)`, and, or, not, `is None`"
_AS_PYTHON: Final = (
    "write it as in Python: == and != (not = and <>), and, or, not, `is None`, a date as a text in quotes"
)


def parsed(text: str, columns: Mapping[str, ColumnType]) -> Expression:
    """The tree of an expression over these columns.

    Raises:
        ExpressionError: it cannot be read, names no column, or mixes types.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"{text!r} cannot be read: {getattr(error, 'msg', error)}; {_AS_PYTHON}") from None
    return _Reader(text.strip(), columns).read(tree.body)


def condition(text: str, columns: Mapping[str, ColumnType]) -> Expression:
    """The same for what must be true or false.

    Raises:
        ExpressionError: it is not, or cannot be read.
    """
    return _flag(parsed(text, columns), f"{text!r}")


def _flag(expression: Expression, place: str) -> Expression:
    if expression.type != FLAG:
        raise ExpressionError(f"{place} is {expression.type.kind}, and must be true or false")
    return expression


class _Reader:
    def __init__(self, text: str, columns: Mapping[str, ColumnType]) -> None:
        self._text = text
        self._columns = columns

    def read(self, node: ast.expr) -> Expression:  # noqa: PLR0911  # a case for each form, in one place
        match node:
            case ast.Name(id=name):
                return self._column(name)
            case ast.Constant():
                return self._literal(node)
            case ast.BinOp(op=operator) if type(operator) in _ARITHMETIC:
                return _arithmetic(_ARITHMETIC[type(operator)], self.read(node.left), self.read(node.right))
            case ast.UnaryOp(op=ast.USub()):
                return _arithmetic("-", _ZERO, self.read(node.operand))
            case ast.UnaryOp(op=ast.Not()):
                return Not(_flag(self.read(node.operand), f"what `not` takes, {ast.unparse(node.operand)},"))
            case ast.BoolOp(op=operator, values=values):
                return self._logical(_LOGICAL[type(operator)], values)
            case ast.Compare():
                return self._comparison(node)
            case _:
                raise ExpressionError(f"`{ast.unparse(node)}` cannot stand in an expression: {_TAKEN}")

    def _column(self, name: str) -> Expression:
        if name not in self._columns:
            raise ExpressionError(f"{name} is not a column: the columns are {', '.join(self._columns)}", name)
        return ColumnValue(name, value_type(name, self._columns[name]))

    def _literal(self, node: ast.Constant) -> Expression:
        match node.value:
            case bool(value):
                return Literal(value, FLAG)
            case str(value) if "\x00" not in value:
                return Literal(value, ValueType(Kind.TEXT))
            case int() | float():
                # The text and not the float: 0.1 is to be one tenth.
                return _number(ast.get_source_segment(self._text, node) or "")
            case _:
                raise ExpressionError(f"`{ast.unparse(node)}` cannot stand in an expression: {_TAKEN}")

    def _logical(self, operator: str, values: list[ast.expr]) -> Expression:
        operands = [_flag(self.read(value), f"what `{operator}` takes, {ast.unparse(value)},") for value in values]
        return _joined(operator, operands)

    def _comparison(self, node: ast.Compare) -> Expression:
        """One comparison, or several in a row such as `0 < quantity <= 9`, of which all must hold."""
        sides = [node.left, *node.comparators]
        pairs = zip(sides, node.ops, sides[1:], strict=False)
        return _joined("and", [self._compared(*pair) for pair in pairs])

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Expression:
        if isinstance(operator, ast.Is | ast.IsNot):
            if not (isinstance(right, ast.Constant) and right.value is None):
                raise ExpressionError(f"`is {ast.unparse(right)}` cannot stand in an expression: only `is None` can")
            found = IsNone(self.read(left))
            return found if isinstance(operator, ast.Is) else Not(found)
        if isinstance(operator, ast.In | ast.NotIn):
            return self._one_of(left, right) if isinstance(operator, ast.In) else Not(self._one_of(left, right))
        return _comparison(_COMPARISONS[type(operator)], self.read(left), self.read(right))

    def _one_of(self, left: ast.expr, right: ast.expr) -> Expression:
        """`category in ('food', 'rent')` is `category == 'food' or category == 'rent'`."""
        if not (isinstance(right, ast.Tuple | ast.List) and right.elts):
            raise ExpressionError(
                f"`in {ast.unparse(right)}` cannot stand in an expression: write values in parentheses, "
                "('a', 'b'), or == for a single one"
            )
        return self._logical("or", [ast.Compare(left, [ast.Eq()], [value]) for value in right.elts])


def _joined(operator: str, operands: list[Expression]) -> Expression:
    """Halves of halves, so that a thousand values are no deeper than ten."""
    if len(operands) == 1:
        return operands[0]
    middle = (len(operands) + 1) // 2
    return Logical(operator, _joined(operator, operands[:middle]), _joined(operator, operands[middle:]))


def _number(text: str) -> Literal:
    value = Decimal(text.replace("_", "")) if not text.lower().startswith(("0x", "0o", "0b")) else Decimal(int(text, 0))
    _, digits, exponent = value.as_tuple()
    decimals = max(0, -int(exponent))
    whole = max(1, len(digits) + int(exponent))
    return Literal(value, ValueType(Kind.NUMBER, whole + decimals, decimals))


_ZERO: Final = _number("0")


def _arithmetic(operator: str, left: Expression, right: Expression) -> Expression:
    return Arithmetic(operator, left, right, arithmetic_type(operator, left.type, right.type))


def _comparison(operator: str, left: Expression, right: Expression) -> Expression:
    left, right = _as_time(left, right.type.kind), _as_time(right, left.type.kind)
    if left.type.kind is not right.type.kind:
        raise ExpressionError(f"{operator} compares {left.type.kind} with {right.type.kind}")
    if left.type.kind is Kind.FLAG and operator not in {"==", "!="}:
        raise ExpressionError(f"{operator} compares what is true or false: use == or !=, or the column alone")
    if left.type.kind is Kind.NUMBER:
        common_type(left.type, right.type)
    return Comparison(operator, left, right)


def _as_time(expression: Expression, kind: Kind) -> Expression:
    """A text that stands beside a date or datetime as one, such as in `ordered_at >= '2024-01-01'`."""
    if not isinstance(expression, Literal) or not isinstance(expression.value, str):
        return expression
    with suppress(ValueError):
        if kind is Kind.DAY:
            return Literal(date.fromisoformat(expression.value), ValueType(kind))
        if kind is Kind.INSTANT:
            moment = datetime.fromisoformat(expression.value)
            return Literal(moment if moment.tzinfo else moment.replace(tzinfo=UTC), ValueType(kind))
    return expression
