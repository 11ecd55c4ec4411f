"""Pairs of user and compound as columns, and what is added to their counts.

A pair is one integer while it is looked for: the user's number, then the compound's id in the lowest bits.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Narrow: TypeAlias = NDArray[np.integer[Any]]
"""Integers of as few bits as hold all of a column."""

_BITS = 63


class Pairs(NamedTuple):
    """Compound ids and counts of some users, one user's after the other's, each user's by ascending id."""

    first: Integers
    """Where each user's begin; and, last, where all end."""
    compound_ids: Narrow
    counts: Narrow
    """How often each compound is listed; never 0."""

    @property
    def lengths(self) -> Integers:
        """How many each user has."""
        return np.diff(self.first)


def numbered(compound_ids: Narrow, bits: int) -> tuple[Narrow, Narrow | None]:
    """Numbers of so many bits in place of the ids, in the same order; and the ids by number.

    Mostly the ids themselves are small enough: then they are the numbers, and there is no need of the latter.
    """
    if int(compound_ids.max(initial=0)).bit_length() <= bits:
        return compound_ids, None
    ids, numbers = np.unique(compound_ids, return_inverse=True)
    return numbers, ids


def signed_type(greatest: int) -> type[np.int32 | np.int64]:
    """The narrower type that holds numbers up to this one."""
    return np.int32 if greatest <= np.iinfo(np.int32).max else np.int64


def merged(before: Pairs, deltas: Pairs) -> Pairs:
    """The pairs with the deltas of the same users added; without those whose count is zero then."""
    keyed = _keyed(before, deltas)
    keys, changed = keyed.before, keyed.changed
    wide = signed_type(_greatest(before.counts) + _greatest(deltas.counts))
    counts, changes = before.counts.astype(wide), deltas.counts.astype(wide)
    places: NDArray[np.intp] = np.searchsorted(keys, changed)
    # A place beyond all keys is taken for the last one's, which is another key.
    are_old = keys.take(places, mode="clip") == changed if len(keys) else np.zeros(len(places), np.bool_)
    counts[places[are_old]] += changes[are_old]
    if not are_old.all():
        are_new = ~are_old
        new = places[are_new] + np.arange(np.count_nonzero(are_new))
        kept: NDArray[np.bool_] = np.ones(len(keys) + len(new), np.bool_)
        kept[new] = False
        keys, counts = _placed(kept, keys, changed[are_new]), _placed(kept, counts, changes[are_new])
    if not counts.all():
        left = counts != 0
        keys, counts = keys[left], counts[left]
    numbers = keys & ((1 << keyed.bits) - 1)
    compound_ids = numbers if keyed.compound_ids is None else keyed.compound_ids[numbers]
    return Pairs(np.searchsorted(keys, keyed.users), compound_ids, counts)


class _Keyed(NamedTuple):
    """Pairs of user and compound as one number each, in the same order."""

    before: Narrow
    changed: Narrow
    users: Narrow
    """Below each user's, and, last, above all."""
    bits: int
    """Of the compound's number, which are the lowest."""
    compound_ids: Narrow | None
    """By number; None if the id itself is the number."""


def _keyed(before: Pairs, changes: Pairs) -> _Keyed:
    users, count = len(before.first).bit_length(), len(before.compound_ids)
    ids: tuple[Narrow, Narrow] = before.compound_ids, changes.compound_ids
    greatest = max(int(each.max(initial=0)) for each in ids)
    table = None
    if greatest.bit_length() > _BITS - users:
        numbers, table = numbered(np.concatenate(ids), _BITS - users)
        ids, greatest = (numbers[:count], numbers[count:]), len(numbers)
    bits = greatest.bit_length()
    wide = signed_type(1 << users + bits)
    ranks = np.arange(len(before.first)).astype(wide) << bits
    return _Keyed(
        np.repeat(ranks[:-1], before.lengths) | ids[0].astype(wide),
        np.repeat(ranks[:-1], changes.lengths) | ids[1].astype(wide),
        ranks,
        bits,
        table,
    )


def _placed(kept: NDArray[np.bool_], old: Narrow, new: Narrow) -> Narrow:
    column: Narrow = np.empty(len(kept), old.dtype)
    column[kept] = old
    column[~kept] = new
    return column


def _greatest(numbers: Narrow) -> int:
    """The greatest magnitude, sign aside; 0 of nothing."""
    return max(int(numbers.max(initial=0)), -int(numbers.min(initial=0)))
