"""A declaration in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.declaration.in_force import model_named
from models.declaration.in_words import aggregate_in_words, group_in_words, meaning_of, type_in_words
from models.declaration.model import Model
from models.types.column_types import Bounds, ColumnType, Identifier, ListType, TextType, WholeNumber

EXAMPLES = Path(__file__).parents[4] / "examples"


@pytest.fixture(params=["models.lab", str(EXAMPLES / "shop.py"), str(EXAMPLES / "sensors.py")])
def model(request: pytest.FixtureRequest) -> Model:
    return model_named(request.param)


def test_everything_that_ships_has_words(model: Model) -> None:
    for table in model.rows:
        for column in table.columns:
            assert type_in_words(column.type)
    for features in model.features:
        for aggregate in features.aggregates.values():
            assert " of " in aggregate_in_words(aggregate)
            assert meaning_of(aggregate).endswith(".")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Identifier(), "an id (a whole number from 1 on, in digits)"),
        (Identifier(Bounds(ge=1, le=9)), "an id (a whole number from 1 on, in digits), at least 1, at most 9"),
        (WholeNumber(Bounds(gt=0, lt=1000)), "a whole number, more than 0, less than 1,000"),
        (TextType(1, 10, "^a"), "a text, at least 1 character, at most 10 characters, of the form ^a"),
        (ListType(Identifier(), ";", 0, 20_000), "a list of ids, separated by ';', at most 20,000 items"),
    ],
)
def test_a_type_says_its_limits(kind: ColumnType, expected: str) -> None:
    assert type_in_words(kind) == expected


def test_aggregates_and_groups_are_as_they_are_declared() -> None:
    features, months = model_named(str(EXAMPLES / "shop.py")).features
    said = {name: aggregate_in_words(aggregate) for name, aggregate in features.aggregates.items()}
    assert said["order_lines"] == "count of rows"
    assert said["revenue"] == "sum of quantity * unit_price, where paid"
    assert said["last_sku"] == "last value of sku, by ordered_at"
    assert meaning_of(features.aggregates["revenue"]) == "The sum of a number, exactly; 0 if nothing counts."
    assert [group_in_words(group) for group in months.group] == [
        "customer_email",
        "ordered_at_month: the first day of the month of ordered_at, in UTC",
    ]
