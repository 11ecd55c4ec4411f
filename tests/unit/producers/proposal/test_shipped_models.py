"""The models that ship are what is proposed for their files, faults included, but for limits and features."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from models.declaration.loading import load_model
from models.declaration.model import RowTable
from models.types.column_types import ListType
from tests.fenced_blocks import ROOT
from tests.unit.producers.proposal.proposing import proposed_for


class Shipped(NamedTuple):
    model: str
    files: str
    not_declared: set[str]
    """Columns that the files have and the model leaves out."""


SHIPPED = [
    Shipped("models.lab", "data", set()),
    Shipped("examples/shop.py", "examples/shop", {"newsletter"}),
    Shipped("examples/sensors.py", "examples/sensors", {"vendor"}),
]


def kinds_of_types(rows: RowTable) -> dict[str, str]:
    return {
        column.name: f"list of {column.type.item.name} by {column.type.separator}"
        if isinstance(column.type, ListType)
        else column.type.name
        for column in rows.columns
    }


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.model)
def test_a_model_that_ships_is_proposed_for_its_files(shipped: Shipped, tmp_path: Path) -> None:
    found = proposed_for(ROOT / shipped.files, into=tmp_path).model
    expected = load_model(shipped.model if "." in shipped.model[:-3] else str(ROOT / shipped.model))

    assert {rows.name for rows in found.rows} == {rows.name for rows in expected.rows}
    for wanted in expected.rows:
        rows = next(rows for rows in found.rows if rows.name == wanted.name)
        types = kinds_of_types(rows)
        assert {name: types[name] for name in wanted.types} == kinds_of_types(wanted)
        assert {*types} - {*wanted.types} <= shipped.not_declared
        assert (rows.key, rows.group, rows.label) == (wanted.key, wanted.group, wanted.label)
    assert {table.rows.name for table in found.features} == {table.rows.name for table in expected.features}
