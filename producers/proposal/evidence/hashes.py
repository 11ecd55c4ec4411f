"""64 bits of each text of a column, worked on eight bytes at a time, and of each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.wire.byte_arrays import bytes_of
from producers.proposal.evidence.repeats import Hashes

_WORD: Final = 8
_KEPT: Final = np.array([(1 << 8 * count) - 1 for count in range(_WORD + 1)], np.uint64)
"""What is left of a word of which so many bytes belong to a text."""
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


def hashes_of(texts: pa.StringArray) -> Hashes:
    """A hash of each text: the sum of those of its words, each with its place, and of its length."""
    block, bounds = bytes_of(texts)
    lengths = np.diff(bounds).astype(np.int64)
    counts = (lengths + _WORD - 1) // _WORD
    ends = np.cumsum(counts)
    owner: NDArray[np.intp] = np.repeat(np.arange(len(lengths)), counts)
    place = np.arange(len(owner)) - (ends - counts)[owner]
    padded = block.to_pybytes() + bytes(_WORD)
    words: Hashes = np.ndarray(len(padded) - _WORD + 1, "<u8", padded, strides=(1,))[bounds[owner] + _WORD * place]
    words = words & _KEPT[np.minimum(lengths[owner] - _WORD * place, _WORD)]
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(_mixed(words + place.astype(np.uint64) * _ODD))))
    return _mixed(sums[ends] - sums[ends - counts] + lengths.astype(np.uint64))


def together(columns: Sequence[Hashes]) -> Hashes:
    """A hash of each row, of those of its values in their order."""
    found, *others = columns
    for other in others:
        found = _mixed(found * _ODD + other)
    return found


def _mixed(values: Hashes) -> Hashes:
    """Each bit of a value in all bits (the finalizer of SplitMix64, G. Steele et al., OOPSLA 2014)."""
    values = (values ^ values >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ values >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return values ^ values >> np.uint64(31)
