"""What a run of batches changes for each user: contributions added, less those taken off, summed by user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.aggregate import Aggregate
from streams.contributions import Integers, Signed

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
    compound_ids: Integers
    changes: Integers
    """How much more often the compound is listed; never a zero."""

    def parts(self, most: int) -> Iterator[dict[int, Aggregate]]:
        """The deltas of at most so many users at a time, without users for whom nothing changes."""
        for start in range(0, len(self.user_ids), most):
            yield self._between(start, min(start + most, len(self.user_ids)))

    def _between(self, start: int, stop: int) -> dict[int, Aggregate]:
        first, last = int(self.first_pairs[start]), int(self.first_pairs[stop])
        compound_ids, changes = self.compound_ids[first:last].tolist(), self.changes[first:last].tolist()
        bounds = (self.first_pairs[start : stop + 1] - first).tolist()
        users = zip(
            self.user_ids[start:stop].tolist(),
            self.experiments[start:stop].tolist(),
            self.thousandths[start:stop].tolist(),
            bounds[:-1],
            bounds[1:],
            strict=True,
        )
        return {
            user_id: Aggregate(experiments, thousandths, dict(zip(compound_ids[a:b], changes[a:b], strict=True)))
            for user_id, experiments, thousandths, a, b in users
            if experiments or thousandths or a < b
        }


def summed(signed: Sequence[Signed]) -> Deltas:
    """The deltas by user."""
    each = [part.contributions for part in signed]
    user_ids = _joined([part.user_ids for part in each])
    signs = _joined([np.full(len(part.contributions.user_ids), part.sign, np.int64) for part in signed])
    thousandths = _joined([part.thousandths for part in each]) * signs
    users, ranks = np.unique(user_ids, return_inverse=True)
    order = np.argsort(ranks, kind="stable")
    starts = np.searchsorted(ranks[order], np.arange(len(users)))
    if len(thousandths) and int(np.abs(thousandths).max()) * len(thousandths) > _SAFE_SUM:
        thousandths = thousandths.astype(object)
    listed = _joined([part.listed for part in each])
    pair_ranks, compound_ids, changes = _summed_pairs(
        np.repeat(ranks, listed), _joined([part.compound_ids for part in each]), np.repeat(signs, listed)
    )
    return Deltas(
        users,
        _sums(signs[order], starts),
        _sums(thousandths[order], starts),
        np.searchsorted(pair_ranks, np.arange(len(users) + 1)),
        compound_ids,
        changes,
    )


def _summed_pairs(ranks: Integers, compound_ids: Integers, signs: Integers) -> tuple[Integers, Integers, Integers]:
    """The sum of signs of each pair of user and compound, in this order; without pairs of sum 0."""
    if not len(ranks):
        return ranks, compound_ids, signs
    if int(compound_ids.max()) < 1 << _BITS_OF_COMPOUND and int(ranks.max()) < 1 << _BITS_OF_USER:
        order = np.argsort(ranks << _BITS_OF_COMPOUND | compound_ids, kind="stable")
    else:
        order = np.lexsort((compound_ids, ranks))
    ranks, compound_ids = ranks[order], compound_ids[order]
    differs = (ranks[1:] != ranks[:-1]) | (compound_ids[1:] != compound_ids[:-1])
    starts = np.concatenate(([0], np.flatnonzero(differs) + 1))
    changes = np.add.reduceat(signs[order], starts)
    kept = changes != 0
    return ranks[starts][kept], compound_ids[starts][kept], changes[kept]


def _sums(values: NDArray[np.int64], starts: Integers) -> NDArray[np.int64]:
    return np.add.reduceat(values, starts) if len(values) else values


def _joined(columns: Sequence[Integers]) -> Integers:
    return np.concatenate(columns) if columns else np.empty(0, np.int64)
