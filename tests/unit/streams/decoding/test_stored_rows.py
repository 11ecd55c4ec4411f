from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.declare import Id
from models.wire.encode import json_values
from streams.decoding.stored_rows import StoredRowReader
from tests.declared_tables import declared, record_batch, row_tables, rows_of


@st.composite
def tables_with_rows(draw: st.DrawFn) -> tuple[RowTable, list[dict[str, Any]]]:
    table = draw(row_tables())
    return table, draw(rows_of(table))


@given(tables_with_rows())
def test_rows_come_back_from_their_json(drawn: tuple[RowTable, list[dict[str, Any]]]) -> None:
    table, rows = drawn
    batch = record_batch(table, rows)
    found = StoredRowReader(table).read(value.decode() for value in json_values(table, batch).to_pylist())
    assert found.equals(batch)


def test_a_stored_row_that_the_model_does_not_allow_is_reported() -> None:
    table = declared({"id": Id, "name": str}, key=("id",))
    with pytest.raises(ValueError, match="a stored row is not one of the model's: name: "):
        StoredRowReader(table).read(['{"id":1,"name":"x"}', '{"id":2,"name":""}'])
