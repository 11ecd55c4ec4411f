"""Pairs of a group and a number, and how often each occurs, as columns.

A pair is one integer while it is looked for: the group's number, then the other in the lowest bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.states.numbering import Integers, Narrow, lengths_of, run_starts, signed_type


class Pairs(NamedTuple):
    """Numbers and counts of some groups, one group's after the other's, each group's by ascending number."""

    first: Integers
    """Where each group's begin; and, last, where all end."""
    numbers: Narrow
    counts: Integers
    """Never 0."""

    @property
    def lengths(self) -> Integers:
        """How many each group has."""
        return lengths_of(self.first)


def summed(codes: Integers, numbers: Narrow, bits: int, signs: NDArray[np.int8], groups: int) -> Pairs:
    """Signs summed by pair of a group's code and a number of so many bits."""
    # Group, number and sign in one integer: sorting these is much faster than finding an order.
    wide = signed_type(groups.bit_length() + bits + 1)
    keys = (codes.astype(wide) << bits | numbers.astype(wide)) << 1
    keys |= signs < 0
    keys.sort()
    negative = keys & 1
    keys >>= 1
    starts = run_starts(keys)
    counts = np.diff(starts, append=len(keys))
    if negative.any():
        counts -= 2 * np.add.reduceat(negative, starts, dtype=np.int64)
        kept = counts != 0
        starts, counts = starts[kept], counts[kept]
    return _divided(keys[starts], counts, bits, groups)


def merged(before: Pairs, delta: Pairs, bits: int) -> Pairs:
    """The pairs with the changes of the same groups added; without those whose count is zero then."""
    groups = len(before.first) - 1
    keys, changed = _keys(before, bits), _keys(delta, bits)
    counts = before.counts.copy()
    places: NDArray[np.intp] = np.searchsorted(keys, changed)
    # A place beyond all keys is taken for the last one's, which is another key.
    are_old = keys.take(places, mode="clip") == changed if len(keys) else np.zeros(len(places), np.bool_)
    counts[places[are_old]] += delta.counts[are_old]
    if not are_old.all():
        are_new = ~are_old
        new = places[are_new] + np.arange(np.count_nonzero(are_new))
        kept: NDArray[np.bool_] = np.ones(len(keys) + len(new), np.bool_)
        kept[new] = False
        keys, counts = _placed(kept, keys, changed[are_new]), _placed(kept, counts, delta.counts[are_new])
    if not counts.all():
        left = counts != 0
        keys, counts = keys[left], counts[left]
    return _divided(keys, counts, bits, groups)


def _keys(pairs: Pairs, bits: int) -> Narrow:
    groups = len(pairs.first) - 1
    wide = signed_type(groups.bit_length() + bits)
    ranks = np.arange(groups).astype(wide) << bits
    return np.repeat(ranks, pairs.lengths) | pairs.numbers.astype(wide)


def _divided(keys: Narrow, counts: Integers, bits: int, groups: int) -> Pairs:
    ranks = np.arange(groups + 1).astype(signed_type(groups.bit_length() + bits)) << bits
    return Pairs(np.searchsorted(keys, ranks), keys & ((1 << bits) - 1), counts)


def _placed(kept: NDArray[np.bool_], old: Narrow, new: Narrow) -> Narrow:
    column: Narrow = np.empty(len(kept), old.dtype)
    column[kept] = old
    column[~kept] = new
    return column
