"""What rows add to and take off their users, as columns: tens of bytes a row of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.columns.ragged import gather_indices, offsets_of
from streams.decoding.packed_experiments import Narrow


@dataclass(frozen=True, slots=True)
class Contributions:
    """One for each row, in columns."""

    user_ids: Narrow
    thousandths: Narrow
    """Run time."""
    listed: Narrow
    """How many compound ids the row lists."""
    compound_ids: Narrow
    """Those of all rows, one row's after the other's."""

    @staticmethod
    def joined(parts: Sequence[Contributions]) -> Contributions:
        """Those of several, one after the other."""
        return Contributions(
            joined([part.user_ids for part in parts]),
            joined([part.thousandths for part in parts]),
            joined([part.listed for part in parts]),
            joined([part.compound_ids for part in parts]),
        )

    def at(self, chosen: NDArray[np.bool_]) -> Contributions:
        """The contributions at the chosen rows."""
        compounds: NDArray[np.bool_] = np.repeat(chosen, self.listed)
        return Contributions(
            self.user_ids[chosen], self.thousandths[chosen], self.listed[chosen], self.compound_ids[compounds]
        )

    def in_order(self, rows: NDArray[np.intp]) -> Contributions:
        """Those of the rows with these numbers, in this order."""
        listed = self.listed[rows]
        compounds = gather_indices(offsets_of(self.listed)[rows], listed)
        return Contributions(self.user_ids[rows], self.thousandths[rows], listed, self.compound_ids[compounds])


@dataclass(frozen=True, slots=True)
class Signed:
    """Contributions that were added (1) or taken off (-1)."""

    sign: int
    contributions: Contributions


def joined(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns one after the other; of none, an empty one."""
    return np.concatenate(columns) if columns else np.empty(0, np.int64)


def of_replaced(user_ids: Sequence[int], thousandths: Sequence[int], compound_ids: Sequence[str]) -> Contributions:
    """What stood in `experiments` before; compound ids as Postgres' text of each array: {1,2,3}."""
    lists = [_array(text) for text in compound_ids]
    return Contributions(
        np.array(user_ids, np.int64),
        np.array(thousandths, np.int64),
        np.array([len(found) for found in lists], np.int64),
        np.array([compound_id for found in lists for compound_id in found], np.int64),
    )


def _array(text: str) -> list[int]:
    inner = text[1:-1]
    return list(map(int, inner.split(","))) if inner else []
