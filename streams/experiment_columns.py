"""Decoded experiments as columns, by ascending id: what the upsert binds and what the features are summed from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from streams.contributions import Contributions, Integers

if TYPE_CHECKING:
    from models.decoding import ExperimentRow
    from streams.columns import Rows


@dataclass(frozen=True, slots=True)
class ExperimentColumns:
    """One experiment an id."""

    experiment_ids: Integers
    contributions: Contributions
    publications: tuple[Any, ...]
    """As `streams.columns.Rows.publication_arrays` gives them."""

    def upsert_arguments(self) -> tuple[Any, ...]:
        """The arrays that `statements.UPSERT_EXPERIMENTS` binds."""
        each = self.contributions
        last = np.cumsum(each.listed)
        return (
            self.experiment_ids,
            each.user_ids,
            each.compound_ids,
            last - each.listed + 1,
            last,
            each.thousandths,
            *self.publications,
        )


def experiment_columns(newest: Rows[ExperimentRow]) -> ExperimentColumns:
    """The columns of the newest rows, one an id."""
    rows = newest.rows
    lists = [row.experiment_compound_ids for row in rows]
    run_times = np.fromiter(map(_RUN_TIME, rows), np.float64, len(rows))
    contributions = Contributions(
        np.fromiter(map(_USER_ID, rows), np.int64, len(rows)),
        # Exact: decoding has checked that there are three decimals at most.
        np.rint(run_times * 1000).astype(np.int64),
        np.fromiter(map(len, lists), np.int64, len(rows)),
        np.fromiter(chain.from_iterable(lists), np.int64),
    )
    ids = np.fromiter(map(_EXPERIMENT_ID, rows), np.int64, len(rows))
    return ExperimentColumns(ids, contributions, newest.publication_arrays())


_EXPERIMENT_ID = attrgetter("experiment_id")
_USER_ID = attrgetter("user_id")
_RUN_TIME = attrgetter("experiment_run_time")
