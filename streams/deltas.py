"""What a run of batches changes for each user: contributions added, less those taken off, summed by user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.aggregate_columns import Aggregates
from models.packed_experiments import Narrow
from streams.contributions import Contributions, Integers, Signed, joined

_ROWS_AT_ONCE = 50_000
_SAFE_SUM = 2**62
_BITS_OF_COMPOUND = 40
_BITS_OF_USER = 62 - _BITS_OF_COMPOUND


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
    """The deltas by user."""
    each = Contributions.joined([part.contributions for part in signed])
    signs = joined([np.full(len(part.contributions.user_ids), part.sign, np.int8) for part in signed])
    users, ranks = np.unique(each.user_ids, return_inverse=True)
    order = np.argsort(ranks, kind="stable")
    starts = np.searchsorted(ranks[order], np.arange(len(users)))
    counts = np.diff(starts, append=len(order))
    pairs = [
        _summed_pairs(np.repeat(np.arange(first, last), counts[first:last]), signs[rows], each.in_order(rows))
        for first, last, rows in _slices(order, starts)
    ]
    return Deltas(
        users.astype(np.int64),
        _sums(signs[order], starts),
        _sums(_addable(each.thousandths)[order] * signs[order], starts),
        np.searchsorted(joined([pair.ranks for pair in pairs]), np.arange(len(users) + 1)),
        joined([pair.compound_ids for pair in pairs]),
        joined([pair.changes for pair in pairs]),
    )


def _addable(thousandths: Narrow) -> NDArray[np.int64] | NDArray[np.object_]:
    if len(thousandths) and int(thousandths.max()) * len(thousandths) > _SAFE_SUM:
        return thousandths.astype(object)
    return thousandths.astype(np.int64)


def _slices(order: NDArray[np.intp], starts: NDArray[np.intp]) -> Iterator[tuple[int, int, NDArray[np.intp]]]:
    """First and last (exclusive) rank of some users and the rows of these, some tens of thousands of rows at a time.

    What is made of each compound of a row takes much more memory than the row.
    """
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(starts, starts[first] + _ROWS_AT_ONCE))
        end = starts[last] if last < len(starts) else len(order)
        yield first, last, order[starts[first] : end]
        first = last


class _Pairs(NamedTuple):
    """Pairs of user and compound, in this order."""

    ranks: Narrow
    """Of the users."""
    compound_ids: Narrow
    changes: Narrow
    """The sum of signs; never a zero."""


def _summed_pairs(ranks: NDArray[np.intp], signs: NDArray[np.int8], rows: Contributions) -> _Pairs:
    """The pairs of rows that are ordered by the ranks of their users."""
    ranks, signs, compound_ids = np.repeat(ranks, rows.listed), np.repeat(signs, rows.listed), rows.compound_ids
    if not len(ranks):
        return _Pairs(ranks, compound_ids, signs)
    if int(compound_ids.max()) < 1 << _BITS_OF_COMPOUND and int(ranks[-1]) < 1 << _BITS_OF_USER:
        order = np.argsort(ranks << _BITS_OF_COMPOUND | compound_ids, kind="stable")
    else:
        order = np.lexsort((compound_ids, ranks))
    ranks, compound_ids = ranks[order], compound_ids[order]
    differs = (ranks[1:] != ranks[:-1]) | (compound_ids[1:] != compound_ids[:-1])
    starts = np.concatenate(([0], np.flatnonzero(differs) + 1))
    changes = np.add.reduceat(signs[order], starts, dtype=np.int32)
    kept = changes != 0
    return _Pairs(ranks[starts][kept].astype(np.int32), compound_ids[starts][kept], changes[kept])


def _sums(values: NDArray[Any], starts: NDArray[np.intp]) -> NDArray[np.int64]:
    wide = values if values.dtype == object else values.astype(np.int64)
    sums: NDArray[np.int64] = np.add.reduceat(wide, starts) if len(values) else wide
    return sums
