from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.columns.constant_column import ConstantColumn, chosen, compact, joined_columns

COLUMNS = st.lists(st.integers(1, 2))


@given(COLUMNS, st.integers(-3, 9), st.integers(-3, 9))
def test_a_compact_column_reads_as_the_column(column: list[int], start: int, stop: int) -> None:
    assert list(compact(column)) == column
    assert list(compact(column)[start:stop]) == column[start:stop]


@given(st.lists(COLUMNS.filter(len), min_size=1))
def test_joined_columns_are_those_of_all(columns: list[list[int]]) -> None:
    assert list(joined_columns([compact(column) for column in columns])) == [x for column in columns for x in column]


@given(COLUMNS.filter(len), st.data())
def test_chosen_values_are_those_at_the_indices(column: list[int], data: st.DataObject) -> None:
    indices = data.draw(st.lists(st.integers(0, len(column) - 1)))
    assert list(chosen(compact(column), indices)) == [column[index] for index in indices]


def test_what_is_the_same_everywhere_stays_so() -> None:
    same = compact([5, 5, 5])
    assert isinstance(joined_columns([same, same]), ConstantColumn)
    assert isinstance(same[1:], ConstantColumn)
    assert isinstance(chosen(same, [0, 2]), ConstantColumn)
