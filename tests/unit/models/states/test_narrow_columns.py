from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.states.narrow_columns import joined, narrowed, widened
from tests.declared_tables import record_batch, row_tables, rows_of


@st.composite
def tables_with_parts(draw: st.DrawFn) -> tuple[RowTable, list[list[dict[str, Any]]]]:
    table = draw(row_tables())
    return table, draw(st.lists(rows_of(table), min_size=1, max_size=3))


@given(tables_with_parts(), st.integers(0, 3))
def test_rows_are_the_same_after_they_were_narrowed_cut_and_joined(
    drawn: tuple[RowTable, list[list[dict[str, Any]]]], cut: int
) -> None:
    table, parts = drawn
    batches = [record_batch(table, rows) for rows in parts]
    found = joined([narrowed(batch).slice(cut) for batch in batches])
    assert widened(found, batches[0].schema).to_pylist() == [row for rows in parts for row in rows[cut:]]


def test_numbers_take_as_many_bytes_as_the_greatest_of_a_column_needs() -> None:
    one, other = (
        pa.record_batch({"n": pa.array([1, None, most]), "l": pa.array([[], [-2], None], pa.list_(pa.decimal128(9)))})
        for most in (127, 128)
    )
    assert narrowed(one).schema.types == [pa.int8(), pa.list_(pa.int8())]
    assert joined([narrowed(one), narrowed(other)]).schema.types == [pa.int16(), pa.list_(pa.int8())]
    assert widened(narrowed(other), pa.schema([other.schema.field("l")])).equals(other.select(["l"]))
