from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.columns.binary_array import Piece, block_of, byte_array, fixed_size, joined, lengths_of


@st.composite
def pieces(draw: st.DrawFn) -> tuple[list[Piece], list[bytes]]:
    """Pieces of some rows, and what they say of each row."""
    count = draw(st.integers(1, 4))
    found: list[Piece] = []
    rows = [b""] * count
    for kind in draw(st.lists(st.sampled_from(["same", "fixed", "any"]), min_size=1, max_size=5)):
        if kind == "same":
            each: list[bytes | None] = [draw(st.binary(min_size=1, max_size=3))] * count
            found.append(each[0] or b"")
        elif kind == "fixed":
            each = draw(st.lists(st.binary(min_size=2, max_size=2), min_size=count, max_size=count))
            found.append(np.array([np.void(value) for value in each if value is not None]))
        else:
            each = draw(st.lists(st.none() | st.binary(max_size=3), min_size=count, max_size=count))
            found.append(pa.array(each, pa.binary()))
        rows = [row + (value or b"") for row, value in zip(rows, each, strict=True)]
    return found, rows


@given(pieces())
def test_the_pieces_of_each_row_are_joined(given_pieces: tuple[list[Piece], list[bytes]]) -> None:
    found, rows = given_pieces
    values = joined(found, len(rows))
    assert values.to_pylist() == rows
    assert block_of(values).to_pybytes() == b"".join(rows)
    assert np.sum([np.zeros(len(rows)) + lengths_of(piece) for piece in found], axis=0).tolist() == list(map(len, rows))


def test_a_slice_has_its_own_bytes_and_lengths() -> None:
    values = pa.array([b"ab", b"c", None, b"def"])[1:3]
    assert block_of(values).to_pybytes() == b"c"
    assert np.asarray(lengths_of(values, of_null=-1)).tolist() == [1, -1]
    assert block_of(values[:0]).to_pybytes() == b""


def test_no_rows_have_no_bytes() -> None:
    assert fixed_size(np.empty((0, 4), np.uint8)).to_pylist() == []


def test_more_than_an_array_can_hold_is_refused() -> None:
    with pytest.raises(OverflowError, match="2147483648 bytes are too many"):
        byte_array(np.array([2**31]), b"")
