"""Aggregates of many users as columns: changed, and looked at for what is listed most, without Python for each user.

What it does is defined by `streams.features.aggregate`, a user at a time; property tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from streams.columns.ragged import offsets_of
from streams.features.aggregate import Aggregate
from streams.features.compound_pairs import Integers, Narrow, Pairs, merged

Sums: TypeAlias = NDArray[np.int64] | NDArray[np.object_]
"""Python's own integers where a sum might not fit in 64 bits."""

_LIMIT = 2**63


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Those of some users; as deltas, numbers may be negative, and versions do not count."""

    user_ids: Integers
    """Each once."""
    experiments: Integers
    thousandths: Sums
    """Sum of run times."""
    versions: Integers
    """Of the feature row that was written with each; 0: none is known."""
    first_pairs: Integers
    """Where each user's pairs of compound and count begin; and, last, where all end."""
    compound_ids: Narrow
    """Each user's, ascending."""
    counts: Narrow
    """How often the user's experiments list the compound; never a zero."""

    @staticmethod
    def of(aggregates: Mapping[int, Aggregate]) -> Aggregates:
        """Those of some users, by user id."""
        each = aggregates.values()
        pairs = [sorted(aggregate.compounds.items()) for aggregate in each]
        return Aggregates(
            np.array([*aggregates], np.int64),
            np.array([aggregate.experiments for aggregate in each], np.int64),
            _sums([aggregate.thousandths for aggregate in each]),
            np.array([aggregate.version for aggregate in each], np.int64),
            offsets_of(np.array([len(of_user) for of_user in pairs], np.int64)),
            np.array([compound_id for of_user in pairs for compound_id, _ in of_user], np.int64),
            np.array([count for of_user in pairs for _, count in of_user], np.int64),
        )

    def __len__(self) -> int:
        """How many users there are."""
        return len(self.user_ids)

    def user(self, number: int) -> Aggregate:
        """The aggregate of one of them."""
        pairs = slice(self.first_pairs[number], self.first_pairs[number + 1])
        return Aggregate(
            int(self.experiments[number]),
            int(self.thousandths[number]),
            dict(zip(self.compound_ids[pairs].tolist(), self.counts[pairs].tolist(), strict=True)),
            int(self.versions[number]),
        )

    @property
    def pairs(self) -> Integers:
        """How many pairs of compound and count each user has."""
        return np.diff(self.first_pairs)

    @property
    def are_zero(self) -> NDArray[np.bool_]:
        """Of whom nothing is left: no experiment, no run time, no compound."""
        zero: NDArray[np.bool_] = (self.experiments == 0) & (self.thousandths == 0) & (self.pairs == 0)
        return zero

    def at(self, chosen: NDArray[np.bool_]) -> Aggregates:
        """Those of the chosen users."""
        if chosen.all():
            return self
        pairs = self.pairs
        kept: NDArray[np.bool_] = np.repeat(chosen, pairs)
        return Aggregates(
            self.user_ids[chosen],
            self.experiments[chosen],
            self.thousandths[chosen],
            self.versions[chosen],
            offsets_of(pairs[chosen]),
            self.compound_ids[kept],
            self.counts[kept],
        )

    def merged(self, deltas: Aggregates, version: int) -> Aggregates:
        """These with the deltas of the same users, in the same order, added to them, at a new version."""
        before = Pairs(self.first_pairs, self.compound_ids, self.counts)
        pairs = merged(before, Pairs(deltas.first_pairs, deltas.compound_ids, deltas.counts))
        return Aggregates(
            self.user_ids,
            self.experiments + deltas.experiments,
            _added(self.thousandths, deltas.thousandths),
            np.full(len(self), version, np.int64),
            *pairs,
        )

    def tops(self) -> Tops:
        """What each user's experiments list most often."""
        pairs = self.pairs
        some = pairs > 0
        starts = self.first_pairs[:-1][some]
        listed: Integers = np.zeros(len(self), np.int64)
        top_counts, tied = np.zeros_like(listed), np.zeros_like(listed)
        listed[some] = np.add.reduceat(self.counts, starts, dtype=np.int64)
        top_counts[some] = np.maximum.reduceat(self.counts, starts)
        are_top = self.counts == np.repeat(top_counts.astype(self.counts.dtype), pairs)
        tied[some] = np.add.reduceat(are_top, starts, dtype=np.int64)
        return Tops(listed, top_counts, tied, self.compound_ids[are_top])


class Tops(NamedTuple):
    """What users' experiments list most often, for each user."""

    listed: Integers
    """Compound ids listed, repeats counted."""
    top_counts: Integers
    """How often the most often listed compound is listed; 0 if none is."""
    tied: Integers
    """How many compounds are listed that often."""
    compound_ids: Narrow
    """These, one user's after the other's, each user's ascending: the first is the user's top compound."""

    def top_compound_ids(self) -> Integers:
        """The most often listed compound: of several, the lowest id by number; 0 if none is listed."""
        top: Integers = np.zeros(len(self.tied), np.int64)
        some = self.tied > 0
        top[some] = self.compound_ids[offsets_of(self.tied)[:-1][some]]
        return top


def joined(parts: Iterable[Aggregates]) -> Aggregates:
    """Those of several, one after the other."""
    each = list(parts)
    if len(each) == 1:
        return each[0]
    return Aggregates(
        np.concatenate([part.user_ids for part in each]),
        np.concatenate([part.experiments for part in each]),
        np.concatenate([part.thousandths for part in each]),
        np.concatenate([part.versions for part in each]),
        offsets_of(np.concatenate([part.pairs for part in each])),
        np.concatenate([part.compound_ids for part in each]),
        np.concatenate([part.counts for part in each]),
    )


def _sums(numbers: list[int]) -> Sums:
    fit = all(-_LIMIT <= number < _LIMIT for number in numbers)
    return np.array(numbers, np.int64 if fit else object)


def _added(before: Sums, changes: Sums) -> Sums:
    if before.dtype == changes.dtype == np.int64:
        greatest = int(before.max(initial=0)) + int(changes.max(initial=0))
        least = int(before.min(initial=0)) + int(changes.min(initial=0))
        if least >= -_LIMIT and greatest < _LIMIT:
            return before + changes
    return before.astype(object) + changes.astype(object)
