"""What a transaction changes for each user: contributions added, less those taken off, summed by user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.columns.ragged import gather_indices, offsets_of
from streams.decoding.packed_experiments import Narrow
from streams.features.aggregate_columns import Aggregates
from streams.features.compound_pairs import Integers, numbered, signed_type
from streams.features.contributions import Contributions, Signed, joined

_ROWS_AT_ONCE = 8_000
_SAFE_SUM = 2**62
_BITS = 62
"""Of user and compound in one number."""


@dataclass(frozen=True, slots=True)
class Deltas:
    """One for each user, by ascending user id; a user for whom nothing changes may be among them."""

    user_ids: Integers
    experiments: Integers
    thousandths: NDArray[np.int64] | NDArray[np.object_]
    """Python's own integers where a sum might not fit in 64 bits."""
    first_pairs: Integers
    """Where each user's pairs of compound and change begin; and, last, where all end."""
    compound_ids: Narrow
    changes: Narrow
    """How much more often the compound is listed; never a zero."""

    def parts(self, most: int) -> Iterator[Aggregates]:
        """The deltas of at most so many users at a time, without users for whom nothing changes."""
        changes = (self.experiments != 0) | (self.thousandths != 0) | (np.diff(self.first_pairs) != 0)
        touched = np.flatnonzero(changes)
        for start in range(0, len(touched), most):
            yield self._part(touched[start : start + most])

    def _part(self, users: NDArray[np.intp]) -> Aggregates:
        # Users for whom nothing changes have no pairs: those of the others are beside each other.
        first, last = int(self.first_pairs[users[0]]), int(self.first_pairs[users[-1] + 1])
        return Aggregates(
            self.user_ids[users],
            self.experiments[users],
            self.thousandths[users],
            np.zeros(len(users), np.int64),
            np.append(self.first_pairs[users], last) - first,
            self.compound_ids[first:last],
            self.changes[first:last],
        )


def summed(signed: Sequence[Signed]) -> Deltas:
    """The deltas summed by user."""
    # Columns of nothing would widen the others.
    some = [part for part in signed if len(part.contributions.user_ids)]
    each = Contributions.joined([part.contributions for part in some])
    signs = joined([np.full(len(part.contributions.user_ids), part.sign, np.int8) for part in some])
    order = np.argsort(each.user_ids, kind="stable")
    starts = _run_starts(each.user_ids[order])
    pairs = [_summed_pairs(*rows) for rows in _slices(each, signs, order, starts)]
    return Deltas(
        each.user_ids[order[starts]].astype(np.int64),
        _sums(signs[order], starts),
        _sums(_addable(each.thousandths)[order] * signs[order], starts),
        offsets_of(joined([found.lengths for found in pairs])),
        joined([found.compound_ids for found in pairs]),
        joined([found.changes for found in pairs]),
    )


def _addable(thousandths: Narrow) -> NDArray[np.int64] | NDArray[np.object_]:
    if len(thousandths) and int(thousandths.max()) * len(thousandths) > _SAFE_SUM:
        return thousandths.astype(object)
    return thousandths.astype(np.int64)


def _sums(values: NDArray[Any], starts: NDArray[np.intp]) -> NDArray[np.int64]:
    wide = values if values.dtype == object else values.astype(np.int64)
    sums: NDArray[np.int64] = np.add.reduceat(wide, starts) if len(values) else wide
    return sums


class _Listed(NamedTuple):
    """What rows of some users list, the rows of a user beside each other."""

    rows_of_users: Integers
    """How many rows each user has."""
    signs: NDArray[np.int8]
    """+1 for a row that is added, -1 for one that is taken off."""
    listed: Narrow
    """How many compound ids each row lists."""
    compound_ids: Narrow


def _slices(
    each: Contributions, signs: NDArray[np.int8], order: NDArray[np.intp], starts: NDArray[np.intp]
) -> Iterator[_Listed]:
    """What users list, some thousands of rows at a time.

    What is made of each compound of a row takes much more memory than the row, and more time if it is not near.
    """
    counts = np.diff(starts, append=len(order))
    first_compounds = offsets_of(each.listed)
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(starts, starts[first] + _ROWS_AT_ONCE))
        end = starts[last] if last < len(starts) else len(order)
        rows = order[starts[first] : end]
        listed = each.listed[rows]
        compounds = gather_indices(first_compounds[rows], listed)
        yield _Listed(counts[first:last], signs[rows], listed, each.compound_ids[compounds])
        first = last


class _Pairs(NamedTuple):
    """Pairs of user and compound, in this order."""

    lengths: Integers
    """How many each user has."""
    compound_ids: Narrow
    changes: Narrow
    """The sum of signs; never a zero."""


def _summed_pairs(rows_of_users: Integers, signs: NDArray[np.int8], listed: Narrow, compound_ids: Narrow) -> _Pairs:
    users = len(rows_of_users)
    numbers, ids = numbered(compound_ids, _BITS - users.bit_length())
    bits = int(numbers.max(initial=0)).bit_length()
    # User, compound and sign in one number: sorting these is much faster than finding an order.
    wide = signed_type(1 << users.bit_length() + bits + 1)
    ranks = np.arange(users + 1).astype(wide) << bits
    keys = (np.repeat(np.repeat(ranks[:-1], rows_of_users), listed) | numbers.astype(wide)) << 1
    keys |= np.repeat(signs < 0, listed)
    keys.sort(kind="stable")
    negative = keys & 1
    keys >>= 1
    starts = _run_starts(keys)
    changes = np.diff(starts, append=len(keys)) - 2 * _sums(negative, starts)
    kept = changes != 0
    keys = keys[starts][kept]
    numbers = (keys & ((1 << bits) - 1)).astype(compound_ids.dtype if ids is None else np.int64)
    return _Pairs(
        np.diff(np.searchsorted(keys, ranks)),
        numbers if ids is None else ids[numbers],
        changes[kept].astype(np.int32),
    )


def _run_starts(ordered: NDArray[Any]) -> NDArray[np.intp]:
    """Where runs of equal elements begin."""
    return np.flatnonzero(np.concatenate((np.ones(min(len(ordered), 1), np.bool_), ordered[1:] != ordered[:-1])))
