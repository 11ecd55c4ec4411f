"""Which group each row belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.states.numbering import ranked, run_starts

if TYPE_CHECKING:
    from models.declaration.model import GroupColumn


class Grouped(NamedTuple):
    """Rows by group."""

    groups: list[pa.Array]
    """The columns of the groups, in ascending order of the groups."""
    order: NDArray[np.intp]
    """Places of the rows, those of a group beside each other."""
    starts: NDArray[np.intp]
    """Where those of each group begin."""


def grouped(columns: Sequence[GroupColumn], rows: Mapping[str, pa.Array]) -> Grouped:
    """The groups of rows: numbers by value, texts by code point."""
    values = group_values(columns, rows)
    ranks = ranked(values).numbers
    order = np.argsort(ranks)
    starts = run_starts(ranks[order])
    firsts = pa.array(order[starts])
    return Grouped([column.take(firsts) for column in values], order, starts)


def group_values(columns: Sequence[GroupColumn], rows: Mapping[str, pa.Array]) -> list[pa.Array]:
    """The columns of each row's group."""
    return [_values(column, rows[column.column.name]) for column in columns]


def group_type(column: GroupColumn) -> pa.DataType:
    """The Arrow type of a column of a group."""
    return column.column.type.arrow if column.period is None else pa.date32()


def _values(column: GroupColumn, values: pa.Array) -> pa.Array:
    """The column itself, or the first day of its period, in UTC."""
    if column.period is None:
        return values
    moments = values.cast(pa.timestamp("us")) if pa.types.is_timestamp(values.type) else values
    return pc.floor_temporal(moments, unit=column.period.value).cast(pa.date32())
