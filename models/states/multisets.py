"""Multisets: each value that occurs in a group, and how often."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from models.expressions.syntax import Expression
from models.states.numbering import BITS, Integers, Narrow, integers_of, lengths_of, numbered, offsets_of
from models.states.pairs import Pairs, merged, summed
from models.states.plain_rows import PlainRows
from models.states.signed_rows import SignedRows
from models.states.state import ArrowTypes, Flags, Merged, Plain, State, arrow_type

_FEW: Final = 50
_FEW_INTEGERS: Final = 1000
"""Times as many values before a change as in it, from which each of the latter is looked for by itself."""


@dataclass(frozen=True)
class Multiset(State):
    """Two lists for each group: its values, ascending, and how often each occurs; in a change how much more often.

    Attributes:
        value: what is counted; NULL is not.
        is_list: whether it is a list column, of which each item is counted.
    """

    value: Expression
    is_list: bool = False

    def reads(self) -> tuple[Expression, ...]:
        return (self.value,)

    def types(self, columns: ArrowTypes) -> list[pa.DataType]:
        found = arrow_type(self.value, columns)
        return [found if self.is_list else pa.list_(found), pa.list_(pa.int64())]

    def empty(self, groups: int, columns: ArrowTypes) -> list[pa.Array]:
        first: Integers = np.zeros(groups + 1, np.int64)
        return [_lists(first, pa.array([], kind.value_type), kind) for kind in self.types(columns)]

    def delta(self, rows: SignedRows) -> list[pa.Array]:
        counted = rows.counted(self.where, [self.value])
        each = counted.items() if self.is_list else counted
        found = numbered(each.columns[0], BITS - rows.groups.bit_length())
        pairs = summed(each.codes, found.numbers, found.bits, each.signs, rows.groups)
        return _columns(pairs, found.values(pairs.numbers))

    def is_some(self, columns: Sequence[pa.Array]) -> Flags:
        found: Flags = distinct(columns[0]) != 0
        return found

    def merged(self, before: Sequence[pa.Array], delta: Sequence[pa.Array], counted: Integers) -> Merged:  # noqa: ARG002  # not needed
        old, new = before[0].flatten(), delta[0].flatten()
        if len(old) > len(new) * (_FEW_INTEGERS if integers_of(new) is not None else _FEW):
            return Merged(_bisected(before, delta), None)
        found = numbered(pa.concat_arrays([old, new]), BITS - len(before[0]).bit_length())
        pairs = merged(_pairs(before, found.numbers[: len(old)]), _pairs(delta, found.numbers[len(old) :]), found.bits)
        return Merged(_columns(pairs, found.values(pairs.numbers)), None)

    def plain_empty(self) -> tuple[list[Any], list[int]]:
        return [], []

    def plain_delta(self, rows: PlainRows) -> Plain:
        values, signs = rows.values(self.value), rows.signs
        lists: Plain = [], []
        for places in rows.counted(self.where, [self.value]):
            counts: dict[Any, int] = {}
            for at in places:
                for value in values[at] if self.is_list else (values[at],):
                    counts[value] = counts.get(value, 0) + signs[at]
            changed = sorted(counts if all(counts.values()) else [value for value, count in counts.items() if count])
            lists[0].append(changed)
            lists[1].append([counts[value] for value in changed])
        return lists

    def plain_are_some(self, columns: Plain) -> list[bool]:
        return list(map(bool, columns[0]))

    def plain_merged(self, before: Plain, delta: Plain, counted: Sequence[int]) -> Plain:  # noqa: ARG002  # not needed
        after: Plain = [list(map(list, column)) for column in before]
        for values, counts, changed, changes in zip(*after, *delta, strict=True):
            for value, change in zip(changed, changes, strict=True):
                at = bisect_left(values, value)
                if at == len(values) or values[at] != value:
                    values.insert(at, value)
                    counts.insert(at, change)
                elif counts[at] + change:
                    counts[at] += change
                else:
                    del values[at], counts[at]
        return after


class Tops(NamedTuple):
    """What occurs most often in each group."""

    counts: Integers
    """How often; 0 if nothing counts."""
    lowest: pa.Array
    """Of the values that occur so often the lowest; NULL if nothing counts."""
    tied: pa.Array
    """All of them, ascending, as lists."""


def tops(values: pa.Array, counts: pa.Array) -> Tops:
    """What occurs most often, of the two columns of a multiset."""
    first, times, flat = _first(values), counts.flatten().to_numpy(), values.flatten()
    lengths = lengths_of(first)
    some = lengths > 0
    most: Integers = np.zeros(len(lengths), np.int64)
    tied = np.zeros_like(most)
    if len(times):
        most[some] = np.maximum.reduceat(times, first[:-1][some])
        are_top = times == np.repeat(most, lengths)
        tied[some] = np.add.reduceat(are_top, first[:-1][some], dtype=np.int64)
        flat = flat.filter(pa.array(are_top))
    ends = offsets_of(tied)
    lowest = flat.take(pa.array(ends[:-1], mask=~some))
    return Tops(most, lowest, _lists(ends, flat, values.type))


def distinct(values: pa.Array) -> Integers:
    """How many different values each group has, of the first column of a multiset."""
    return lengths_of(_first(values))


def _first(lists: pa.Array) -> Integers:
    offsets: Integers = lists.offsets.to_numpy().astype(np.int64)
    return offsets - offsets[0]


def _bisected(before: Sequence[pa.Array], delta: Sequence[pa.Array]) -> list[pa.Array]:
    """The multisets after a change of few values: the others are neither compared nor numbered."""
    values, counts = before[0].flatten(), before[1].flatten().to_numpy().copy()
    new, changes = delta[0].flatten(), delta[1].flatten().to_numpy()
    first = _first(before[0])
    groups: Integers = np.repeat(np.arange(len(delta[0])), distinct(delta[0]))
    places: Integers = np.zeros(len(new), np.int64)
    are_new: Flags = np.ones(len(new), np.bool_)
    for number, (value, group) in enumerate(zip(new.to_pylist(), groups.tolist(), strict=True)):
        place = places[number] = bisect_left(values, value, first[group], first[group + 1], key=_python)
        are_new[number] = place == first[group + 1] or values[place].as_py() != value
    counts[places[~are_new]] += changes[~are_new]
    if are_new.any():
        inserted, at = new.filter(pa.array(are_new)), places[are_new]
        kept = (values[start:end] for start, end in pairwise([0, *at.tolist(), len(values)]))
        each = (inserted[number : number + 1] for number in range(len(at)))
        values = pa.concat_arrays([next(kept), *chain.from_iterable(zip(each, kept, strict=True))])
        counts = np.insert(counts, at, changes[are_new])
        first = first + offsets_of(np.bincount(groups[are_new], minlength=len(first) - 1))
    if not counts.all():
        left = counts != 0
        values, counts, first = values.filter(pa.array(left)), counts[left], offsets_of(left)[first]
    return [_lists(first, values), _lists(first, pa.array(counts))]


def _python(value: pa.Scalar) -> object:
    return value.as_py()


def _pairs(columns: Sequence[pa.Array], numbers: Narrow) -> Pairs:
    return Pairs(_first(columns[0]), numbers, columns[1].flatten().to_numpy())


def _columns(pairs: Pairs, values: pa.Array) -> list[pa.Array]:
    return [_lists(pairs.first, each) for each in (values, pa.array(pairs.counts))]


def _lists(first: Integers, items: pa.Array, kind: pa.DataType | None = None) -> pa.Array:
    offsets = pa.py_buffer(first.astype(np.int32))
    return pa.Array.from_buffers(kind or pa.list_(items.type), len(first) - 1, [None, offsets], children=[items])
