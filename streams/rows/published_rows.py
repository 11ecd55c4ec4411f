"""Rows and when each was published: the newest publication of each key, in the order of keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import lt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.declaration.model import RowTable
from models.publication import Source
from models.sql.names import publication_names
from models.types.plain_values import FEW, plain_values
from streams.columns.constant_column import ConstantColumn, chosen, joined_columns
from streams.postgres.few_rows import FewRows

_MICROSECONDS = 1000
"""Of a millisecond."""
_TIME, _LOAD = pa.timestamp("us", tz="UTC"), pa.binary(16)


@dataclass(frozen=True, slots=True)
class PublishedRows:
    """Rows, or the keys of deleted ones, beside the source and line of each."""

    rows: pa.RecordBatch
    sources: Sequence[Source]
    lines: Sequence[int]
    partitions: Sequence[int]
    """That each came from."""

    def __len__(self) -> int:
        """How many there are."""
        return len(self.rows)

    def at(self, indices: NDArray[np.intp]) -> PublishedRows:
        """Those at these places, in this order."""
        places = indices.tolist()
        return PublishedRows(
            self.rows.take(pa.array(indices)),
            chosen(self.sources, places),
            np.asarray(self.lines)[indices],
            chosen(self.partitions, places),
        )

    def newest(self, key: Sequence[str]) -> PublishedRows:
        """The newest publication of each key, by ascending key; of two equally new ones the later one.

        ON CONFLICT cannot touch a row twice in one statement; ascending keys keep two workers from deadlocks.
        """
        keys = [self.rows.column(name) for name in key]
        if len(self) <= 1:
            return self
        if len(self) <= FEW:
            return self._newest_of_few(list(zip(*map(plain_values, keys), strict=True)))
        if _are_ascending(keys):
            return self
        order = self._order(key)
        last: NDArray[np.bool_] = np.append(
            _differ([column.take(pa.array(order)) for column in keys]), True
        )  # an element, no option
        return self.at(order[last])

    def _newest_of_few(self, keys: list[tuple[Any, ...]]) -> PublishedRows:
        if all(map(lt, keys, keys[1:])):
            return self
        each = list(zip(keys, self.sources, self.lines, range(len(keys)), strict=True))
        newest = {key: place for key, _, _, place in sorted(each)}
        return self.at(np.array(list(newest.values()), np.intp))

    def _order(self, key: Sequence[str]) -> NDArray[np.intp]:
        """By key, then by publication, then as they are."""
        columns = {f"key {number}": self.rows.column(name) for number, name in enumerate(key)}
        columns |= {"source": pa.array(_ranks(self.sources)), "line": pa.array(np.asarray(self.lines))}
        table = pa.table(columns)
        order: NDArray[np.intp] = np.asarray(pc.sort_indices(table, [(name, "ascending") for name in columns])).astype(
            np.intp
        )
        return order

    def for_postgres(self, table: RowTable) -> pa.RecordBatch:
        """The rows with the columns of their publication."""
        names = publication_names(table)
        return pa.record_batch(
            [*self.rows.columns, *publication_columns(self.sources, self.lines)], [*self.rows.schema.names, *names]
        )

    def few_for_postgres(self, table: RowTable) -> FewRows:
        """The same as lists of Python."""
        rows, names = FewRows.of(self.rows), publication_names(table)
        times, loads = _few_sources(self.sources)
        columns = zip(names, (times, loads, self.lines), strict=True)
        types = dict(zip(names, (_TIME, _LOAD, pa.int64()), strict=True))
        return FewRows({**rows.types, **types}, {**rows.values, **dict(columns)})


def joined_rows(parts: Sequence[PublishedRows]) -> PublishedRows:
    """The rows of several, one after the other."""
    if len(parts) == 1:
        return parts[0]
    return PublishedRows(
        pa.concat_batches([part.rows for part in parts]),
        joined_columns([part.sources for part in parts]),
        np.concatenate([np.asarray(part.lines, np.int64) for part in parts]),
        joined_columns([part.partitions for part in parts]),
    )


def publication_columns(sources: Sequence[Source], lines: Sequence[int]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Time, load and line of publications, as Postgres stores them."""
    of_lines = pa.array(np.asarray(lines, np.int64))
    # One load fills most batches: then no source needs to be looked at twice.
    if isinstance(sources, ConstantColumn):
        time, load = _of_source(sources.value)
        return (
            pa.repeat(pa.scalar(time, _TIME), len(sources)),
            pa.repeat(pa.scalar(load, _LOAD), len(sources)),
            of_lines,
        )
    numbers: dict[Source, int] = {}
    each = pa.array([numbers.setdefault(source, len(numbers)) for source in sources], pa.int64())
    times, loads = zip(*map(_of_source, numbers), strict=True) if numbers else ((), ())
    return pa.array(times, _TIME).take(each), pa.array(loads, _LOAD).take(each), of_lines


def _few_sources(sources: Sequence[Source]) -> tuple[Sequence[int], Sequence[bytes]]:
    """Time and load of publications."""
    if isinstance(sources, ConstantColumn):
        time, load = _of_source(sources.value)
        return ConstantColumn(time, len(sources)), ConstantColumn(load, len(sources))
    times, loads = zip(*map(_of_source, sources), strict=True)
    return times, loads


def _of_source(source: Source) -> tuple[int, bytes]:
    return source.published_ms * _MICROSECONDS, source.load_id.bytes


def _are_ascending(keys: Sequence[pa.Array]) -> bool:
    """Whether each key is greater than the one before."""
    ascending: pa.BooleanArray | None = None
    for column in reversed(keys):
        before, after = column[:-1], column[1:]
        is_less = pc.less(before, after)
        ascending = is_less if ascending is None else pc.or_(is_less, pc.and_(pc.equal(before, after), ascending))
    return bool(pc.all(ascending, min_count=0).as_py())


def _differ(keys: Sequence[pa.Array]) -> NDArray[np.bool_]:
    """Whether each key is another than the one after."""
    differ: NDArray[np.bool_] = np.zeros(max(0, len(keys[0]) - 1), np.bool_)
    for column in keys:
        differ |= np.asarray(pc.not_equal(column[:-1], column[1:]))
    return differ


def _ranks(sources: Sequence[Source]) -> NDArray[np.int64]:
    """Numbers in the order of the sources."""
    if isinstance(sources, ConstantColumn):
        return np.zeros(len(sources), np.int64)
    rank_of = {source: rank for rank, source in enumerate(sorted(set(sources)))}
    return np.fromiter(map(rank_of.__getitem__, sources), np.int64, len(sources))
