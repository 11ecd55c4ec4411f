from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.wire.encode import json_values
from streams.decoding.decoded_values import DecodedValues
from tests.declared_tables import record_batch, row_tables, rows_of

Drawn = tuple[RowTable, list[dict[str, Any]]]


@st.composite
def tables_with_rows(draw: st.DrawFn) -> Drawn:
    table = draw(row_tables())
    return table, draw(rows_of(table, min_size=1, max_size=5))


def values_of(drawn: Drawn) -> tuple[DecodedValues, list[bytes]]:
    """The values, and the list that they are to be like."""
    table, rows = drawn
    batch = record_batch(table, rows)
    return DecodedValues(table, batch), json_values(table, batch).to_pylist()


@given(tables_with_rows(), st.integers(-7, 7), st.integers(-7, 7))
def test_values_are_those_of_our_producer_one_by_one_and_in_slices(drawn: Drawn, start: int, stop: int) -> None:
    values, expected = values_of(drawn)
    assert list(values) == expected
    assert list(values[start:stop]) == expected[start:stop]
    assert values[-1] == expected[-1]
    with pytest.raises(IndexError):
        values[len(expected)]


@given(tables_with_rows(), st.integers(0, 5))
def test_joined_values_are_those_of_all(drawn: Drawn, place: int) -> None:
    values, expected = values_of(drawn)
    assert list(values[:place].joined([values[place:], values[:1]])) == expected + expected[:1]
    assert values.nbytes >= values[:place].nbytes
