from __future__ import annotations

import pytest

from models.declaration.loading import load_model
from models.sql.engine_tables import metadata
from models.sql.tables import model_tables
from streams.maintenance.rebuild_statements import emptied


@pytest.mark.parametrize("name", ["models.lab", "examples/shop.py"])
def test_every_table_is_filled_again_but_those_of_rebuilds_and_models(name: str) -> None:
    model = load_model(name)
    made = {*metadata.tables, *(str(table) for table in model_tables(model).tables)}
    assert set(emptied(model)) == made - {"rebuilds", "model"}
