from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.as_json import as_json, fingerprint_of
from models.declaration.in_force import model_named
from models.declaration.model import Model
from tests.declared_features import feature_tables


@st.composite
def models_of_one(draw: st.DrawFn) -> Model:
    features = draw(feature_tables())
    return Model("thing.py", "", (features.rows,), (features,))


@pytest.mark.parametrize("name", ["models.lab", "examples/shop.py", "examples/sensors.py"])
def test_models_that_ship_are_json(name: str) -> None:
    model = model_named(name)

    found = json.loads(json.dumps(as_json(model)))

    assert found == as_json(model)
    assert [rows["table"] for rows in found["rows"]] == [rows.name for rows in model.rows]
    assert [len(of["aggregates"]) for of in found["features"]] == [len(of.aggregates) for of in model.features]


def test_every_argument_is_said() -> None:
    shop = as_json(model_named("examples/shop.py"))
    [features] = [found for found in shop["features"] if found["table"] == "customer_features"]
    by_name = {found["name"]: found for found in features["aggregates"]}

    assert by_name["revenue"] == {
        "name": "revenue",
        "kind": "Sum",
        "value": "quantity * unit_price",
        "where": "paid",
        "columns": ["revenue"],
    }
    assert by_name["last_sku"]["by"] == "ordered_at"
    assert by_name["favourite"]["columns"] == ["favourite", "favourite_count", "tied_favourites"]


@given(models_of_one())
def test_any_declaration_is_json(model: Model) -> None:
    assert json.loads(json.dumps(as_json(model))) == as_json(model)


@given(models_of_one(), st.randoms())
def test_order_and_description_do_not_change_the_fingerprint(model: Model, random: object) -> None:
    shuffled = as_json(model) | {"description": "Something else."}
    for part in (*shuffled["rows"], *shuffled["features"]):
        random.shuffle(part.get("columns", part.get("aggregates")))  # type: ignore[attr-defined]  # hypothesis' own

    assert fingerprint_of(shuffled) == fingerprint_of(as_json(model))


@given(models_of_one())
def test_another_order_of_the_key_is_another_model(model: Model) -> None:
    [rows] = model.rows
    other = replace(model, rows=(replace(rows, key=tuple(reversed(rows.key))),))

    assert (fingerprint_of(as_json(other)) == fingerprint_of(as_json(model))) == (len(rows.key) == 1)


def test_the_lab_keeps_its_fingerprint() -> None:
    """Else a new release would take each stored model for another one."""
    assert fingerprint_of(as_json(model_named("models.lab"))) == "08e86fe96b42d81f"
