from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.postgres.bigint_array import decode, encode

BIGINTS = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(BIGINTS))
def test_what_is_encoded_is_decoded_as_it_was(values: list[int]) -> None:
    assert decode(encode(values)) == values


@given(st.lists(BIGINTS, min_size=1))
def test_the_form_is_that_of_postgres(values: list[int]) -> None:
    elements = b"".join(struct.pack(">iq", 8, value) for value in values)
    assert encode(values) == struct.pack(">iiIii", 1, 0, 20, len(values), 1) + elements


def test_an_empty_array_has_no_dimension() -> None:
    assert encode([]) == struct.pack(">iii", 0, 0, 20)


def test_a_number_that_is_no_bigint_is_refused() -> None:
    with pytest.raises(OverflowError):
        encode([2**63])


def test_an_array_with_nulls_is_refused() -> None:
    with pytest.raises(ValueError, match="NULL"):
        decode(struct.pack(">iiIii", 1, 1, 20, 1, 1) + struct.pack(">i", -1))


def test_none_becomes_null() -> None:
    expected = struct.pack(">iiIii", 1, 1, 20, 2, 1) + struct.pack(">iq", 8, 7) + struct.pack(">i", -1)
    assert encode([7, None]) == expected
