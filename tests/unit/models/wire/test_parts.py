from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from models.wire.parts import Cells, Part, cells_of, joined, lengths, taken

PIECES = st.lists(st.binary(max_size=5), min_size=1, max_size=5)


@st.composite
def columns_of(draw: st.DrawFn, count: int) -> tuple[Part, list[bytes]]:
    """A part, and what stands in each row."""
    same, pieces = draw(st.binary(max_size=4)), draw(PIECES)
    texts = draw(st.lists(st.binary(max_size=4), min_size=count, max_size=count))
    chosen = draw(st.lists(st.integers(0, len(pieces) - 1), min_size=count, max_size=count))
    bounds = np.cumsum([0, *map(len, pieces)])
    kinds: list[tuple[Part, list[bytes]]] = [
        (same, [same] * count),
        (pa.array(texts, pa.binary()), texts),
        (Cells(b"".join(pieces), bounds, np.array(chosen, np.intp)), [pieces[number] for number in chosen]),
    ]
    return kinds[draw(st.integers(0, 2))]


@given(st.data(), st.integers(1, 6))
def test_rows_are_the_bytes_of_their_parts_one_after_the_other(data: st.DataObject, count: int) -> None:
    columns = data.draw(st.lists(columns_of(count), min_size=1, max_size=6))
    order = np.array(data.draw(st.permutations(range(count))))
    parts = [taken(part, order) for part, _ in columns]
    expected = [b"".join(texts[row] for _, texts in columns) for row in order.tolist()]
    assert joined(parts, count).to_pylist() == expected
    assert lengths(parts, count).tolist() == list(map(len, expected))


def test_parts_of_one_block_may_take_its_pieces_in_any_order() -> None:
    cells = Cells(b"abbccc", np.array([0, 1, 3, 6]), np.array([0, 2]))
    assert joined([cells, b"-", cells._replace(chosen=np.array([1, 1]))], 2).to_pylist() == [b"a-bb", b"ccc-bb"]


def test_an_array_cut_from_another_has_its_own_texts() -> None:
    cells = cells_of(pa.array([b"a", b"bb", b"ccc"], pa.binary())[1:])
    assert (cells.starts.tolist(), cells.lengths.tolist(), bytes(cells.block)) == ([0, 2], [2, 3], b"bbccc")
