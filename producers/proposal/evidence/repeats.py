"""How many different values there are, and how many come again; in bounded memory.

Values are followed by the hash of their text: all of them as long as they are few, and then those whose hash ends with
more and more zero bits. Which values are followed is decided by the value alone, so of each that is followed all
occurrences are seen: it is known exactly whether it repeats. (Wegman's adaptive sampling, as described by P. Flajolet,
"On adaptive sampling", Computing 43, 1990.)
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

MOST_FOLLOWED: Final = 32_768
"""So many different values are followed at most."""

Hashes: TypeAlias = NDArray[np.uint64]
Counts: TypeAlias = NDArray[np.int64]
Chosen: TypeAlias = NDArray[np.bool_]
"""Whether each of some values or rows is meant."""


class Repeats:
    """Counts the values of one column, or of several together."""

    def __init__(self) -> None:
        """Begin without values."""
        self._values: Hashes = np.empty(0, np.uint64)
        self._counts: Counts = np.empty(0, np.int64)
        self._mask = np.uint64(0)

    def add(self, hashes: Hashes) -> None:
        """Take the hashes of values, each as often as it occurs."""
        self.add_counted(*np.unique(hashes[hashes & self._mask == 0], return_counts=True))

    def add_counted(self, values: Hashes, counts: Counts) -> None:
        """Take the hashes of different values in their order, and how often each occurs."""
        chosen = values & self._mask == 0
        values, counts = values[chosen], counts[chosen]
        places, known = self._places(values)
        self._counts[places[known]] += counts[known]
        if not known.all():
            self._values = np.insert(self._values, places[~known], values[~known])
            self._counts = np.insert(self._counts, places[~known], counts[~known])
        while len(self._values) > MOST_FOLLOWED:
            self._mask = self._mask << np.uint64(1) | np.uint64(1)
            kept = self._values & self._mask == 0
            self._values, self._counts = self._values[kept], self._counts[kept]

    def _places(self, values: Hashes) -> tuple[NDArray[np.intp], Chosen]:
        """Where values stand or would stand among those that are followed, and whether they are."""
        places: NDArray[np.intp] = np.searchsorted(self._values, values)
        known: Chosen = np.zeros(len(values), np.bool_)
        inside = places < len(self._values)
        known[inside] = self._values[places[inside]] == values[inside]
        return places, known

    def were_there(self, hashes: Hashes) -> Chosen:
        """Take the hashes of values; whether each was there before, as long as all values are followed."""
        different, first, which = np.unique(hashes, return_index=True, return_inverse=True)
        is_new: Chosen = np.zeros(len(hashes), np.bool_)
        if self.is_exact:
            is_new[first] = ~self._places(different)[1]
            is_new |= np.cumsum(is_new) + self.followed > MOST_FOLLOWED
        else:
            is_new[:] = True
        self.add_counted(different, np.bincount(which, minlength=len(different)))
        return ~is_new

    @property
    def is_exact(self) -> bool:
        """Whether all values are followed."""
        return not self._mask

    @property
    def followed(self) -> int:
        """How many different values are followed."""
        return len(self._values)

    @property
    def seen(self) -> int:
        """How often those that are followed occur."""
        return int(self._counts.sum())

    @property
    def distinct(self) -> int:
        """How many different values there are; an estimate if not all are followed."""
        return self.followed * (int(self._mask) + 1)

    def share_in(self, other: Repeats) -> float:
        """The share of the different values here that are there too."""
        here = self._values[self._values & (self._mask | other._mask) == 0]
        return float(np.isin(here, other._values).mean()) if len(here) else 0.0
