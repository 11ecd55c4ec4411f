"""Numbers of many groups in as few bytes as each group's greatest takes: 1, 2, 4 or 8, little-endian.

A cell is the numbers of one run of one group. Neither way looks at each cell or number in Python, nor at each byte: the
numbers are written in every width that is needed, and for each cell Arrow's `take` copies what is wanted.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.columns.binary_array import block_of, byte_array
from streams.table.runs import Bytes, Integers

WIDEST: Final = 8
_FORMS: Final = {1: "<u1", 2: "<u2", 4: "<u4", WIDEST: "<i8"}
"""By the bytes; negative numbers take 8."""
_TOO_WIDE: Final = np.array([1 << 8, 1 << 16, 1 << 32], np.uint64)
"""Numbers that do not fit in the first, second and third of these."""


class Words(NamedTuple):
    """Items as numbers of 64 bits.

    Attributes:
        words: of all items, the lowest first; the lowest only of groups whose items need no more.
        counts: how many each group has.
        are_wide: which groups need all words.
    """

    words: Integers
    counts: Integers
    are_wide: NDArray[np.bool_]


def words_of(items: Integers, counts: Integers) -> Words:
    """The words of items, of which each group has so many."""
    low = items[:, 0]
    are_wide: NDArray[np.bool_] = np.zeros(len(counts), np.bool_)
    if items.shape[1] == 1 or not (need_more := (items[:, 1:] != (low >> 63)[:, None]).any(axis=1)).any():
        return Words(low, counts, are_wide)
    are_wide[np.repeat(np.arange(len(counts)), counts)[need_more]] = True
    kept = _kept(counts, are_wide, items.shape[1])
    return Words(items[kept], counts * np.where(are_wide, items.shape[1], 1), are_wide)


def items_of(words: Integers, counts: Integers, are_wide: NDArray[np.bool_], width: int) -> Integers:
    """The items, each of so many words, from what `words_of` made of them; `counts` are those of the items."""
    if width == 1:
        return words[:, None]
    kept = _kept(counts, are_wide, width)
    items: Integers = np.empty(kept.shape, np.int64)
    items[kept] = words
    items[~kept] = np.repeat(items[~kept[:, 1], 0] >> 63, width - 1)
    return items


def _kept(counts: Integers, are_wide: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    kept: NDArray[np.bool_] = np.repeat(are_wide, counts)[:, None] | (np.arange(width) == 0)
    return kept


def widths_of(cells: Words) -> Bytes:
    """How many bytes each word of a cell takes; 1 if it has none."""
    widths: Bytes = np.ones(len(cells.counts), np.uint8)
    some = cells.counts > 0
    if some.any():
        starts = (np.cumsum(cells.counts) - cells.counts)[some]
        greatest = np.maximum.reduceat(cells.words.view(np.uint64), starts)
        widths[some] = 1 << np.searchsorted(_TOO_WIDE, greatest, side="right")
    widths[cells.are_wide] = WIDEST
    return widths


def packed(cells: Words, widths: Bytes) -> pa.BinaryArray:
    """The words of each cell, in so many bytes each."""
    used = _used(widths)
    in_each = [byte_array(cells.counts * width, cells.words.astype(_FORMS[width])) for width in used]
    if len(used) == 1:
        return in_each[0]
    places = np.searchsorted(used, widths) * len(widths) + np.arange(len(widths))
    return pa.concat_arrays(in_each).take(pa.array(places))


def unpacked(cells: pa.BinaryArray, widths: Bytes, order: Integers) -> Integers:
    """The numbers of all cells.

    Args:
        cells: their bytes; there may be others between.
        widths: bytes of each number, of each cell.
        order: where each cell is.
    """
    of_width, places = [], []
    for width in _used(widths):
        theirs = np.flatnonzero(widths == width)
        found = cells.take(pa.array(order[theirs]))
        numbers = np.frombuffer(block_of(found), _FORMS[width]).astype(np.int64)
        of_width.append(byte_array(np.diff(np.frombuffer(found.buffers()[1], np.int32)) // width * WIDEST, numbers))
        places.append(theirs)
    if len(of_width) == 1:
        return numbers
    sorted_again: Integers = np.empty(len(widths), np.int64)
    sorted_again[np.concatenate(places)] = np.arange(len(widths))
    return np.frombuffer(block_of(pa.concat_arrays(of_width).take(pa.array(sorted_again))), np.int64)


def _used(widths: Bytes) -> list[int]:
    found: list[int] = np.flatnonzero(np.bincount(widths)).tolist()
    return found
