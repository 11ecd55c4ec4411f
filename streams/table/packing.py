"""Numbers of many groups in few bytes, little-endian, without a look at each group in Python.

Two ways: `packed_table` for the same numbers of each group, a width each; `packed_run` for any number of them, where
those of a group have the same width. The latter writes all numbers in each width that is needed, and Arrow's `take`
copies what is wanted for each group: numpy's masks and indices would go byte by byte.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.columns.binary_array import block_of, byte_array, offsets_in
from streams.table.runs import Run
from streams.table.words import WORD, Bytes, Integers, are_wide, widths_of

_FORMS: Final = {1: "<u1", 2: "<u2", 4: "<u4", 8: "<i8"}
_ARROW_FORMS: Final = {1: pa.uint8(), 2: pa.uint16(), 4: pa.uint32(), 8: pa.int64()}
_KEPT: Final[NDArray[np.bool_]] = np.arange(WORD) < np.arange(WORD + 1)[:, None]
"""Which bytes of a word are kept, by how many."""
_SHIFTS: Final[NDArray[np.uint64]] = 8 * np.arange(WORD, -1, -1).astype(np.uint64)


def packed_table(words: Integers, widths: Bytes) -> pa.BinaryArray:
    """The lowest bytes, as many as `widths` says, of each word of a group: an array of groups and their words."""
    kept = _KEPT[widths]
    block = np.ascontiguousarray(words, "<i8").view(np.uint8).reshape(kept.shape)[kept]
    return byte_array(widths.sum(axis=1), block)


def unpacked_words(block: pa.Buffer, ends: Integers, widths: Bytes) -> Integers:
    """The words of so many bytes that end at these places; those of no byte are 0.

    Args:
        block: of bytes, which has seven at least before each word.
        ends: of the words.
        widths: of the words.
    """
    # Each is read as eight bytes, of which the first ones belong to others.
    everywhere = np.ndarray(block.size - WORD + 1, "<u8", buffer=block, strides=(1,))
    return (everywhere[ends - WORD] >> _SHIFTS[widths]).view(np.int64)


def packed_run(run: Run) -> tuple[Bytes, pa.BinaryArray]:
    """How many bytes each item of a group has, and the items."""
    if run.items.ndim == 1:
        return np.ones(len(run.counts), np.uint8), byte_array(run.counts, run.items)
    widths: Bytes = np.ones(len(run.counts), np.uint8)
    some = run.counts > 0
    if some.any():
        starts = (np.cumsum(run.counts) - run.counts)[some]
        low = run.items[:, 0]
        widths[some] = widths_of(np.maximum.reduceat(low.view(np.uint64), starts))
        if run.items.shape[1] > 1:
            wide = np.logical_or.reduceat(are_wide(run.items), starts)
            widths[np.flatnonzero(some)[wide]] = WORD * run.items.shape[1]
    used = _used(widths)
    each = [byte_array(run.counts * width, _in_bytes(run.items, width)) for width in used]
    if len(used) == 1:
        return widths, each[0]
    places = np.searchsorted(used, widths) * len(widths) + np.arange(len(widths))
    return widths, pa.concat_arrays(each).take(pa.array(places))


def unpacked_run(parts: pa.BinaryArray, places: Integers, widths: Bytes, words: int) -> NDArray[Any]:
    """The items of each group.

    Args:
        parts: of values.
        places: those of the run, for each group.
        widths: bytes of an item, of each group; 0 if it has none.
        words: of an item; 0 if it is a byte.
    """
    widths = np.maximum(widths, 1)
    used = _used(widths) if words else []
    if len(used) <= 1:
        block = block_of(parts.take(pa.array(places)))
        return _of_bytes(block, used[0], words) if used else np.frombuffer(block, np.uint8)
    found, order = [], []
    for width in used:
        theirs = np.flatnonzero(widths == width)
        packed = parts.take(pa.array(places[theirs]))
        items = _of_bytes(block_of(packed), width, words)
        found.append(byte_array(np.diff(offsets_in(packed)) // width * (WORD * words), items))
        order.append(theirs)
    in_order = np.argsort(np.concatenate(order))
    return np.frombuffer(block_of(pa.concat_arrays(found).take(pa.array(in_order))), np.int64).reshape(-1, words)


def _in_bytes(items: Integers, width: int) -> NDArray[Any]:
    return items if width > WORD else items[:, 0].astype(_FORMS[width])


def _of_bytes(block: pa.Buffer, width: int, words: int) -> Integers:
    if width > WORD:
        return np.frombuffer(block, np.int64).reshape(-1, words)
    # By Arrow, whose memory is at hand: what numpy allocates comes from the system, page by page.
    narrow = pa.Array.from_buffers(_ARROW_FORMS[width], block.size // width, [None, block])
    low: Integers = narrow.cast(pa.int64()).to_numpy()[:, None]
    return low if words == 1 else np.hstack([low, np.repeat(low >> 63, words - 1, axis=1)])


def _used(widths: Bytes) -> list[int]:
    found: list[int] = np.flatnonzero(np.bincount(widths)).tolist()
    return found
