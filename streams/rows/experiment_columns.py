"""Decoded experiments as columns, by ascending id: what the upsert binds and what the features are summed from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from streams.columns.constant_column import ConstantColumn, chosen
from streams.features.contributions import Contributions
from streams.rows.decoded_rows import publication_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.publication import Source
    from streams.decoding.packed_experiments import Narrow, PackedExperiments
    from streams.decoding.row_decoder import ExperimentRow
    from streams.rows.decoded_rows import DecodedRows


@dataclass(frozen=True, slots=True)
class ExperimentColumns:
    """Decoded experiments as arrays, one an id, by ascending id."""

    experiment_ids: Narrow
    contributions: Contributions
    publications: tuple[Any, ...]
    """As `streams.rows.decoded_rows.DecodedRows.publication_arrays` gives them."""

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


def experiment_columns(newest: DecodedRows[ExperimentRow]) -> ExperimentColumns:
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


def packed_columns(rows: PackedExperiments, sources: Sequence[Source], lines: Sequence[int]) -> ExperimentColumns:
    """The columns of the newest of packed rows, one an id; of two equally new the later one."""
    ids = rows.experiment_ids
    contributions = Contributions(rows.user_ids, rows.thousandths, rows.listed, rows.compound_ids)
    if not (ids[1:] > ids[:-1]).all():
        newest = _newest(ids, sources, lines)
        ids, contributions = ids[newest], contributions.in_order(newest)
        sources, lines = chosen(sources, newest.tolist()), np.asarray(lines)[newest].tolist()
    return ExperimentColumns(ids, contributions, publication_arrays(sources, lines))


def _newest(ids: Narrow, sources: Sequence[Source], lines: Sequence[int]) -> NDArray[np.intp]:
    """The number of the newest row of each id, by ascending id."""
    order = np.lexsort((np.asarray(lines), _ranks(sources), ids))
    by_id = ids[order]
    return order[np.append(by_id[1:] != by_id[:-1], True)]  # an element, no option


def _ranks(sources: Sequence[Source]) -> NDArray[np.intp]:
    """Numbers in the order of the sources."""
    if isinstance(sources, ConstantColumn):
        return np.zeros(len(sources), np.intp)
    rank_of = {source: rank for rank, source in enumerate(sorted(set(sources)))}
    return np.fromiter(map(rank_of.__getitem__, sources), np.intp, len(sources))


_EXPERIMENT_ID = attrgetter("experiment_id")
_USER_ID = attrgetter("user_id")
_RUN_TIME = attrgetter("experiment_run_time")
