from __future__ import annotations

from decimal import localcontext
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given

from models.expressions.parse import condition, parsed
from models.expressions.syntax import Expression
from models.expressions.to_arrow import evaluated
from tests.declared_expressions import COLUMNS, conditions, numbers, rows
from tests.expression_oracle import worth


def values(expression: Expression, table: list[dict[str, Any]]) -> list[Any]:
    columns = {name: pa.array([row[name] for row in table], kind.arrow) for name, kind in COLUMNS.items()}
    found = evaluated(expression, columns)
    return [found.as_py()] * len(table) if isinstance(found, pa.Scalar) else found.to_pylist()


def expected(text: str, table: list[dict[str, Any]]) -> list[Any]:
    with localcontext(prec=200):
        return [worth(text, row) for row in table]


@given(numbers(), rows())
def test_a_number_is_what_python_computes_exactly(text: str, table: list[dict[str, Any]]) -> None:
    assert values(parsed(text, COLUMNS), table) == expected(text, table)


@given(conditions(), rows())
def test_a_condition_is_true_false_or_null_as_in_sql(text: str, table: list[dict[str, Any]]) -> None:
    assert values(condition(text, COLUMNS), table) == expected(text, table)


@pytest.mark.parametrize("text", ["great * great", "great + great", "number * price", "weight * weight * price"])
@given(table=rows().filter(bool))
def test_what_64_bits_do_not_hold_is_exact(text: str, table: list[dict[str, Any]]) -> None:
    assert values(parsed(text, COLUMNS), table) == expected(text, table)
