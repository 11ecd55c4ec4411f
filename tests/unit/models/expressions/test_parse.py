from __future__ import annotations

import pytest

from models.expressions.parse import condition, parsed
from models.expressions.syntax import FLAG, Kind, ValueType, columns_of
from models.expressions.to_sql import sql_of
from models.expressions.value_types import ExpressionError
from models.types.column_types import Identifier, ListType
from tests.declared_expressions import COLUMNS

WITH_A_LIST = {**COLUMNS, "tags": ListType(Identifier(), ";")}


@pytest.mark.parametrize(
    ("text", "digits", "decimals"),
    [
        ("small", 4, 0),
        ("great", 19, 0),
        ("price", 12, 2),
        ("small * price", 16, 2),
        ("price * price", 24, 4),
        ("price + weight", 21, 10),
        ("1.50", 3, 2),
        ("1_000", 4, 0),
        ("1e3", 4, 0),
        ("0x10", 2, 0),
    ],
)
def test_a_number_has_the_digits_that_its_columns_can_make(text: str, digits: int, decimals: int) -> None:
    assert parsed(text, COLUMNS).type == ValueType(Kind.NUMBER, digits, decimals)


@pytest.mark.parametrize(
    "text",
    [
        "paid and small > 0",
        "not paid or sent is None",
        "0 < small <= 9",
        "joined >= '2024-01-01'",
        "ordered_at < '2024-01-01'",
        "name != 'x'",
        "price * small > 1.5",
    ],
)
def test_a_condition_is_true_or_false(text: str) -> None:
    assert condition(text, COLUMNS).type == FLAG


@pytest.mark.parametrize(
    ("text", "longer"),
    [
        ("name in ('a', 'b')", "name == 'a' or name == 'b'"),
        ("small + 1 in [2]", "small + 1 == 2"),
        ("joined not in ('2024-01-01', '2024-01-02')", "not (joined == '2024-01-01' or joined == '2024-01-02')"),
        ("paid and small not in (0.5, 1)", "paid and not (small == 0.5 or small == 1)"),
    ],
)
def test_one_of_several_values_is_equal_to_the_first_or_to_another(text: str, longer: str) -> None:
    assert condition(text, COLUMNS) == condition(longer, COLUMNS)


def test_thousands_of_values_are_not_too_deep() -> None:
    text = f"small in ({', '.join(map(str, range(4000)))})"
    assert sql_of(condition(text, COLUMNS), {"small": "small"}).count("small") == 4000


def test_an_expression_says_which_columns_it_reads() -> None:
    assert columns_of(condition("not paid or small * price > 3 and name is None", COLUMNS)) == {
        "paid", "small", "price", "name",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("small >", "cannot be read"),
        ("small = 1", r"cannot be read: .* == and != \(not = and <>\)"),
        ("", "cannot be read"),
        ("nothing", "nothing is not a column: the columns are small, great"),
        ("small + name", r"\+ takes two numbers, not a number and a text"),
        ("name < 3", "< compares a text with a number"),
        ("paid < sent", "compares what is true or false"),
        ("joined < 'tomorrow'", "compares a date with a text"),
        ("small / 2", "cannot stand in an expression"),
        ("small ** 2", "cannot stand in an expression"),
        ("small in (1, 'a')", "== compares a number with a text"),
        ("small in (1)", r"`in 1` cannot stand in an expression: write values in parentheses"),
        ("'a' in tags", "`in tags` cannot stand in an expression"),
        ("name in ()", "cannot stand in an expression"),
        ("len(name)", "cannot stand in an expression"),
        ("name.upper", "cannot stand in an expression"),
        ("small if paid else 0", "cannot stand in an expression"),
        ("name is 'a'", "only `is None` can"),
        ("None", "cannot stand in an expression"),
        ("1j", "cannot stand in an expression"),
        ("b'a'", "cannot stand in an expression"),
        ("'a\\0'", "cannot stand in an expression"),
        ("not small", "small, is a number, and must be true or false"),
        ("paid and 1", "1, is a number, and must be true or false"),
        ("tags", "tags is a list, which cannot stand in an expression"),
        ("great * great * great * great", "digits, and at most 75 are held exactly"),
        ("(" * 5000 + "1" + ")" * 5000, "cannot be read"),
    ],
)
def test_what_cannot_stand_in_an_expression_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=reason):
        parsed(text, WITH_A_LIST)


def test_a_number_is_not_a_condition() -> None:
    with pytest.raises(ExpressionError, match="'small' is a number, and must be true or false"):
        condition("small", COLUMNS)
