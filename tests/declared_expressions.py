"""Random expressions over columns of all types, random rows, and what Python says each is worth."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from models.types.column_types import (
    Bounds,
    Column,
    ColumnType,
    Day,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    TextType,
    WholeNumber,
)

COLUMNS: Final[Mapping[str, ColumnType]] = {
    "small": WholeNumber(Bounds(ge=-1000, le=1000)),
    "great": WholeNumber(),
    "number": Identifier(),
    "price": ExactDecimal(12, 2),
    "weight": ExactDecimal(20, 10),
    "name": TextType(),
    "other": TextType(),
    "paid": Flag(),
    "sent": Flag(),
    "joined": Day(),
    "ordered_at": Instant(),
}
DECLARED: Final = tuple(Column(name, kind, optional=True) for name, kind in COLUMNS.items())

_TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=3)
_VALUES: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "small": st.integers(-1000, 1000),
    "great": st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 2**63 - 1, -(2**63)]),
    "number": st.integers(1, 2**63 - 1),
    "price": st.decimals(Decimal(-(10**10)) + 1, Decimal(10**10) - 1, places=2),
    "weight": st.decimals(Decimal(-(10**10)) + 1, Decimal(10**10) - 1, places=10),
    "name": _TEXT,
    "other": _TEXT,
    "paid": st.booleans(),
    "sent": st.booleans(),
    # The driver of Postgres makes infinities of the calendar's two ends.
    "joined": st.dates(date(1, 1, 2), date(9999, 12, 30)),
    "ordered_at": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
}


def rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of these columns; each value may be None."""
    return st.lists(st.fixed_dictionaries({name: st.none() | _VALUES[name] for name in COLUMNS}), max_size=6)


def numbers(max_leaves: int = 3) -> st.SearchStrategy[str]:
    """Texts of expressions that are numbers; small enough that their digits are held."""
    leaves = st.sampled_from(["small", "great", "number", "price", "weight", "0", "7", "2.5", "1e2", "-3"])
    return st.recursive(
        leaves,
        lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        max_leaves=max_leaves,
    )


def conditions() -> st.SearchStrategy[str]:
    """Texts of expressions that are true or false."""
    compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    texts = st.sampled_from(["name", "other", "'a'", "''", "'Z'"])
    times = st.sampled_from(
        [("joined", "'2024-02-29'"), ("ordered_at", "'2024-02-29T10:00:00Z'"), ("joined", "joined")]
    )
    leaves = st.one_of(
        st.sampled_from(["paid", "sent", "paid == sent", "paid != True", "0 < small <= 9"]),
        st.builds("{} {} {}".format, numbers(2), compare, numbers(2)),
        st.builds("{} {} {}".format, texts, compare, texts),
        st.builds(lambda pair, sign: f"{pair[0]} {sign} {pair[1]}", times, compare),
        st.builds("{} is {}None".format, st.sampled_from(list(COLUMNS)), st.sampled_from(["", "not "])),
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
            | st.builds("(not {})".format, inner)
        ),
        max_leaves=4,
    )


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
    return _worth(ast.parse(text, mode="eval").body, row)


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
    second = _worth(right, row)
    if isinstance(first, date) and isinstance(second, str):
        second = type(first).fromisoformat(second)
    found: bool | None = _of_both(_BINARY[type(sign)], _in_order(first), _in_order(second))
    return found


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
