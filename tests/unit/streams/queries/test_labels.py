from __future__ import annotations

import pytest

from models.declaration.loading import load_model
from streams.queries.labels import labelled_columns, named_by_column, named_by_group


@pytest.mark.parametrize(
    ("model", "table", "named", "outputs"),
    [
        ("models.lab", "user_features", "users", {"top_compound_id": "compounds"}),
        ("examples/shop.py", "customer_features", "customers", {"favourite": "products", "last_sku": "products"}),
        ("examples/sensors.py", "device_features", "devices", {}),
    ],
)
def test_columns_name_the_rows_of_the_table_whose_key_they_end_with(
    model: str, table: str, named: str, outputs: dict[str, str]
) -> None:
    declared = load_model(model)
    [features] = [each for each in declared.features if each.name == table]
    found = named_by_group(declared, features)
    assert found is not None
    assert found.name == named
    assert {name: rows.name for name, rows in labelled_columns(declared, features)} == outputs


def test_a_group_of_several_columns_is_no_row_but_its_first_column_names_one() -> None:
    declared = load_model("examples/shop.py")
    months = declared.features[1]
    assert named_by_group(declared, months) is None
    found = [named_by_column(declared, group) for group in months.group]
    assert [rows and rows.name for rows in found] == ["customers", None]
