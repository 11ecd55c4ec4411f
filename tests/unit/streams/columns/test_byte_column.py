from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.columns.byte_column import byte_column, joined_byte_columns

VALUES = st.lists(st.one_of(st.none(), st.binary(max_size=4), st.just(b"\n")))


@given(VALUES)
def test_values_come_back_as_they_were(values: list[bytes | None]) -> None:
    assert list(byte_column(values)) == values


@given(VALUES, st.integers(-3, 9), st.integers(-3, 9), st.integers(1, 3))
def test_a_slice_is_that_of_the_list(values: list[bytes | None], start: int, stop: int, step: int) -> None:
    assert list(byte_column(values)[start:stop:step]) == values[start:stop:step]


@given(st.lists(VALUES.filter(len), min_size=1))
def test_joined_values_are_those_of_all(parts: list[list[bytes | None]]) -> None:
    joined = joined_byte_columns([byte_column(part) for part in parts])
    assert list(joined) == [value for part in parts for value in part]
