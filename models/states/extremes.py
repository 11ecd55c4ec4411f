"""Extremes: the least or greatest value of a group, and the row where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from models.expressions.syntax import Expression
from models.states.numbering import Integers, Ranked, ranked, run_starts
from models.states.plain_rows import PlainRows
from models.states.signed_rows import CountedRows, SignedRows
from models.states.state import ArrowTypes, Flags, Merged, Plain, State, arrow_type
from models.states.totals import Tally

_NONE: Final = 2**63 - 1
"""In place of a rank: after all others."""


@dataclass(frozen=True)
class Extreme(State):
    """The first of a group's rows in an order: its values, and how many rows have them.

    In a change these are those of the first row that is added, after which come those of the first that is
    retracted; a row that is both is neither. NULL, and 0 rows, if there is none.

    Attributes:
        order: what decides, of equal ones the next, ascending; a row where one is NULL does not count.
        greatest: whether the first of the order is descending.
        by_key: whether rows that are equal in the first of the order differ by their key, which comes next in it.
    """

    order: tuple[Expression, ...]
    greatest: bool
    by_key: bool = False

    def for_rows(self, optional: frozenset[str], key: Sequence[Expression]) -> Extreme:  # noqa: ARG002  # for others
        by, *values = self.order
        return replace(self, order=(by, *key, *values), by_key=False) if self.by_key else self

    def counted(self) -> Tally:
        return Tally(self.where, self.order)

    def reads(self) -> tuple[Expression, ...]:
        return self.order

    def types(self, columns: ArrowTypes) -> list[pa.DataType]:
        return [*(arrow_type(each, columns) for each in self.order), pa.int64()]

    def delta_types(self, columns: ArrowTypes) -> list[pa.DataType]:
        return self.types(columns) * 2

    def empty(self, groups: int, columns: ArrowTypes) -> list[pa.Array]:
        *kinds, _ = self.types(columns)
        return [*(pa.nulls(groups, kind) for kind in kinds), pa.array(np.zeros(groups, np.int64))]

    def delta(self, rows: SignedRows) -> list[pa.Array]:
        counted = self._candidates(rows.counted(self.where, self.order))
        ranks = self._ranked(counted.columns, rows.groups)
        found = _net(counted, ranks)
        columns: list[pa.Array] = []
        for sign in (1, -1):
            best = found.best(sign, rows.groups)
            places = pa.array(best.rows, mask=best.counts == 0)
            columns += [*(column.take(places) for column in counted.columns), pa.array(best.counts)]
        return columns

    def is_some(self, columns: Sequence[pa.Array]) -> Flags:
        width = len(self.order) + 1
        found: Flags = np.any([counts.to_numpy() != 0 for counts in columns[width - 1 :: width]], axis=0)
        return found

    def merged(self, before: Sequence[pa.Array], delta: Sequence[pa.Array], counted: Integers) -> Merged:
        added, retracted = self._halves(delta)
        old, new, gone = self._ranks([before, added, retracted])
        rows, more, less = (side[-1].to_numpy() for side in (before, added, retracted))
        left = rows - np.where(old == gone, less, 0) + np.where(old == new, more, 0)
        # A row that is both gone and new has another value now.
        is_new = (new < old) | ((new == old) & (gone == old) & (more > 0))
        kept = np.where(is_new, more, left)
        # A row that is gone and comes before the first is one that the state does not know.
        lost: Flags = ((kept <= 0) | (gone < old)) & (counted > 0)
        kept[(counted <= 0) | lost] = 0
        places = np.arange(len(rows)) + np.where(is_new, len(rows), 0)
        chosen = pa.array(places, mask=kept == 0)
        columns = [pa.concat_arrays(pair).take(chosen) for pair in zip(before[:-1], added[:-1], strict=True)]
        return Merged([*columns, pa.array(kept)], lost if lost.any() else None)

    def plain_empty(self) -> tuple[Any, ...]:
        return *(None for _ in self.order), 0

    def plain_delta(self, rows: PlainRows) -> Plain:
        order, signs = list(zip(*map(rows.values, self.order), strict=True)), rows.signs
        found: list[tuple[Any, ...]] = []
        for places in rows.counted(self.where, self.order):
            counts: dict[tuple[Any, ...], int] = {}
            for at in places:
                counts[order[at]] = counts.get(order[at], 0) + signs[at]
            added = self._plain_first([values for values, count in counts.items() if count > 0])
            retracted = self._plain_first([values for values, count in counts.items() if count < 0])
            found.append((*added, counts.get(added, 0), *retracted, -counts.get(retracted, 0)))
        return list(map(list, zip(*found, strict=True)))

    def plain_are_some(self, columns: Plain) -> list[bool]:
        width = len(self.order) + 1
        return list(map(any, zip(*columns[width - 1 :: width], strict=True)))

    def plain_merged(self, before: Plain, delta: Plain, counted: Sequence[int]) -> Plain | None:
        sides = [zip(*columns, strict=True) for columns in (before, *self._halves(delta))]
        after = [self._plain_merged(*each) for each in zip(*sides, counted, strict=True)]
        return None if None in after else list(map(list, zip(*filter(None, after), strict=True)))

    def _plain_merged(
        self, before: tuple[Any, ...], added: tuple[Any, ...], retracted: tuple[Any, ...], counted: int
    ) -> tuple[Any, ...] | None:
        """The extreme of one group; None if it is lost."""
        old, new, gone = map(self._plain_place, (before, added, retracted))
        more, less = added[-1], retracted[-1]
        left = before[-1] - (less if old == gone else 0) + (more if old == new else 0)
        # For the conditions see `merged`.
        is_new = self._comes_before(new, old) or (new == old == gone and more > 0)
        kept = more if is_new else left
        if counted <= 0:
            return self.plain_empty()
        if kept <= 0 or self._comes_before(gone, old):
            return None
        return *(added if is_new else before)[:-1], kept

    def _plain_first(self, rows: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        """The first of them in the order; NULLs if there is none."""
        if not rows:
            return (None,) * len(self.order)
        if not self.greatest:
            return min(rows)
        greatest = max(values[0] for values in rows)
        return min(values for values in rows if values[0] == greatest)

    def _plain_place(self, columns: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """What decides of a group's columns; None if there is no row."""
        return columns[: max(1, len(self.order) - 1)] if columns[-1] else None

    def _comes_before(self, one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> bool:
        if one is None or other is None:
            return one is not other and other is None
        if one[0] != other[0]:
            return (one[0] > other[0]) is self.greatest
        return one[1:] < other[1:]

    def _candidates(self, rows: CountedRows) -> CountedRows:
        """The rows that are first by what decides first, and all rows of groups of which one is retracted.

        They are few, and to put the rest in order, keys of text above all, takes long.
        """
        if not len(rows.codes):
            return rows
        ranks = self._ranked(rows.columns[:1]).numbers
        starts = run_starts(rows.codes)
        lengths = np.diff(starts, append=len(ranks))
        is_first = ranks == np.repeat(np.minimum.reduceat(ranks, starts), lengths)
        return rows.at(is_first | np.repeat(np.minimum.reduceat(rows.signs, starts) < 0, lengths))

    def _halves(self, delta: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
        width = len(self.order) + 1
        return delta[:width], delta[width:]

    def _ranked(self, columns: Sequence[pa.Array], groups: int = 0) -> Ranked:
        descending = [self.greatest, *(False for _ in columns[1:])]
        return ranked(columns, descending, 61 - groups.bit_length())

    def _ranks(self, sides: Sequence[Sequence[pa.Array]]) -> list[Integers]:
        """Where the rows of several states come in the order, for each side and group."""
        # The value of a row with a key decides nothing: it comes last.
        deciding = max(1, len(self.order) - 1)
        present = [side[-1].to_numpy() != 0 for side in sides]
        columns = [
            pa.concat_arrays([column.filter(pa.array(some)) for column, some in zip(each, present, strict=True)])
            for each in zip(*(side[:deciding] for side in sides), strict=True)
        ]
        found: Integers = np.full(sum(map(len, present)), _NONE, np.int64)
        found[np.concatenate(present)] = self._ranked(columns).numbers
        return np.split(found, len(sides))


class _Best(NamedTuple):
    rows: Integers
    counts: Integers


class _Net(NamedTuple):
    """Rows that are more often added than retracted, or the other way round, by group and then in their order."""

    codes: Integers
    rows: Integers
    """One of each."""
    counts: Integers

    def best(self, sign: int, groups: int) -> _Best:
        """For each group the first row that is added or retracted, and how often."""
        chosen = np.flatnonzero(self.counts * sign > 0)
        first = chosen[run_starts(self.codes[chosen])]
        rows: Integers = np.zeros(groups, np.int64)
        counts = np.zeros_like(rows)
        rows[self.codes[first]], counts[self.codes[first]] = self.rows[first], self.counts[first] * sign
        return _Best(rows, counts)


def _net(rows: CountedRows, ranks: Ranked) -> _Net:
    keys = rows.codes << ranks.bits | ranks.numbers
    order = np.argsort(keys)
    starts = run_starts(keys[order])
    counts = np.add.reduceat(rows.signs[order], starts, dtype=np.int64) if len(order) else np.zeros(0, np.int64)
    return _Net(rows.codes[order[starts]], order[starts], counts)
