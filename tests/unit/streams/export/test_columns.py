from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import pyarrow as pa
import pytest
from hypothesis import given
from pydantic import Field

from models.declaration.loading import load_model
from models.declaration.model import FeatureTable
from models.declare import First, Max, Mean, MostCommon, StdDev, Sum
from streams.export.columns import exported_columns
from tests.declared_features import declared_features, feature_tables
from tests.declared_tables import declared

LONG = Annotated[Decimal, Field(max_digits=30, decimal_places=4)]
ROWS = declared({"key": int, "group": str, "price": LONG, "few": int}, key=("key",), group="group")


@pytest.mark.parametrize(
    ("aggregate", "kind"),
    [
        (Sum("price"), pa.decimal256(76, 4)),
        (Sum("few"), pa.decimal128(38, 0)),
        (Max("price"), pa.decimal128(30, 4)),
        (Max("price * 0.5"), pa.decimal128(38, 5)),
        (Mean("price"), pa.float64()),
        (StdDev("few"), pa.float64()),
        (MostCommon("few"), pa.int64()),
        (First("group", by="few"), pa.string()),
    ],
)
def test_decimals_are_exact_where_it_is_known_how_many_places_they_have(aggregate: Sum, kind: pa.DataType) -> None:
    [_, column, *_] = exported_columns(declared_features(ROWS, {"value": aggregate}))
    assert (column.name, column.arrow) == ("value", kind)


def test_ties_are_lists_of_what_is_tied() -> None:
    features = declared_features(ROWS, {"value": MostCommon("few + price", ties="tied", count="times")})
    found = {column.name: column.arrow for column in exported_columns(features)}
    assert found["tied"] == pa.list_(found["value"])
    assert found["times"] == pa.int64()


def test_the_columns_are_those_of_the_table() -> None:
    model = load_model("examples/shop.py")
    names = [[column.name for column in exported_columns(table)] for table in (model.rows[1], model.features[1])]
    assert names == [
        ["sku", "title", "weight"],
        ["customer_email", "ordered_at_month", "order_lines", "revenue", "version", "updated_at"],
    ]


@given(feature_tables())
def test_every_feature_has_a_type_that_parquet_holds(features: FeatureTable) -> None:
    columns = exported_columns(features)
    schema = pa.schema([(column.name, column.arrow) for column in columns])
    assert len(schema) == len(features.group) + len(features.outputs) + 2
