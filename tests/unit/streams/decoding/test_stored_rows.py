from __future__ import annotations

import ast
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, field_validator

from models.declaration.base_classes import Row
from models.declaration.model import RowTable
from models.declaration.row_checks import checked_rows
from models.declaration.source_places import SourcePlaces
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


def test_limits_that_were_declared_since_a_row_was_stored_do_not_count() -> None:
    table = declared({"id": Id, "percent": Annotated[int, Field(le=100)]}, key=("id",))
    for count in (1, 100):
        found = StoredRowReader(table).read(['{"id":1,"percent":101}'] * count)
        assert found.to_pylist() == [{"id": 1, "percent": 101}] * count


def test_functions_of_the_model_do_not_change_what_is_stored() -> None:
    class Doubled(Row, table="doubled", key="id"):
        id: Id

        @field_validator("id")
        @classmethod
        def _doubled(cls, number: int) -> int:
            return 2 * number

    table, _ = checked_rows(Doubled, SourcePlaces("doubled.py", ast.Module([], [])))
    for count in (1, 100):
        assert StoredRowReader(table).read(['{"id":3}'] * count).to_pylist() == [{"id": 3}] * count
