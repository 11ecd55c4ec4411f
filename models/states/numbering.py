"""Whole numbers in place of values of any type, in the order of the values, so that numpy can sort and compare them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Narrow: TypeAlias = NDArray[np.integer[Any]]
"""Integers of 32 bits where they hold all of a column, else of 64."""

BITS: Final = 62
"""Of a number that stands for several."""
DIGITS_OF_INT64: Final = 18
"""Of whole numbers that 64 bits hold, whichever they are."""


class Numbered(NamedTuple):
    """Numbers from 0 in place of values."""

    numbers: Narrow
    bits: int
    """That hold each of the numbers."""
    type: pa.DataType
    """Of the values."""
    least: int
    """The value as a whole number that has number 0, where there is no table."""
    table: pa.Array | None
    """The values by number; None: the value is the number and `least`."""

    def values(self, numbers: Narrow) -> pa.Array:
        """The values that have these numbers."""
        if self.table is not None:
            return self.table.take(pa.array(numbers))
        integers = numbers.astype(np.int64)
        return of_integers(integers + self.least if self.least else integers, self.type)


def numbered(values: pa.Array, most_bits: int = BITS) -> Numbered:
    """Numbers of at most so many bits in place of the values, of which none is NULL.

    Their order is that of the values: numbers by value, texts by code point, False before True.
    """
    integers = integers_of(values)
    if integers is None:
        return _by_dictionary(values)
    least, greatest = (int(integers.min()), int(integers.max())) if len(integers) else (0, 0)
    if least >= 0 and greatest.bit_length() <= most_bits:
        least = 0
    bits = (greatest - least).bit_length()
    if bits > most_bits:
        distinct, numbers = np.unique(integers, return_inverse=True)
        return Numbered(numbers, len(distinct).bit_length(), values.type, 0, of_integers(distinct, values.type))
    return Numbered(integers - least if least else integers, bits, values.type, least, None)


def _by_dictionary(values: pa.Array) -> Numbered:
    found = values.dictionary_encode()
    order = pc.array_sort_indices(found.dictionary)
    ranks: Integers = np.empty(len(order), np.int64)
    ranks[order.to_numpy()] = np.arange(len(order))
    table = found.dictionary.take(order)
    return Numbered(ranks[found.indices.to_numpy()], len(order).bit_length(), values.type, 0, table)


def integers_of(values: pa.Array) -> Integers | None:
    """The values as whole numbers in the same order, NULL as anything; None if 64 bits do not hold them."""
    kind = values.type
    if pa.types.is_int64(kind) or pa.types.is_timestamp(kind):
        return _words(values, np.int64)
    if pa.types.is_date32(kind):
        return _words(values, np.int32).astype(np.int64)
    if pa.types.is_decimal128(kind):
        # The lower half of each 128 bits is all of a number that fits in it; the upper repeats its sign then.
        lower, upper = (_words(values, np.int64, each=2, place=place) for place in (0, 1))
        return lower if kind.precision <= DIGITS_OF_INT64 or np.array_equal(lower >> 63, upper) else None
    if pa.types.is_boolean(kind):
        flags: Integers = pc.fill_null(values, fill_value=False).to_numpy(zero_copy_only=False).astype(np.int64)
        return flags
    return None


def _words(values: pa.Array, kind: type[np.integer[Any]], each: int = 1, place: int = 0) -> NDArray[Any]:
    buffer = values.buffers()[1]
    words = np.frombuffer(buffer, kind)[place::each] if buffer is not None else np.empty(0, kind)
    return words[values.offset : values.offset + len(values)]


def of_integers(integers: Integers, kind: pa.DataType) -> pa.Array:
    """The other way round: values of this type."""
    if pa.types.is_date32(kind):
        return pa.array(integers.astype(np.int32)).view(kind)
    if pa.types.is_decimal(kind):
        halves: NDArray[np.int64] = np.empty((len(integers), kind.bit_width // 64), np.int64)
        halves[:, 0] = integers
        halves[:, 1:] = (integers >> 63)[:, None]
        return pa.Array.from_buffers(kind, len(integers), [None, pa.py_buffer(halves)])
    if pa.types.is_boolean(kind):
        return pa.array(integers != 0)
    return pa.array(integers).view(kind)


def are_zero(numbers: pa.Array) -> NDArray[np.bool_]:
    """Which whole numbers or decimals are zero; none is NULL."""
    words = numbers.type.bit_width // 64
    of_each = np.frombuffer(numbers.buffers()[1], np.int64).reshape(-1, words)
    zero: NDArray[np.bool_] = (of_each[numbers.offset : numbers.offset + len(numbers)] == 0).all(axis=1)
    return zero


class Ranked(NamedTuple):
    """Numbers of tuples of values, in the tuples' order; equal tuples have one number."""

    numbers: Narrow
    bits: int


def ranked(columns: Sequence[pa.Array], descending: Sequence[bool] = (), most_bits: int = BITS) -> Ranked:
    """Numbers of at most so many bits for rows of several columns, none NULL.

    Args:
        columns: the first decides, of equal ones the next.
        descending: for each column, whether its greatest value comes first; none does if left out.
        most_bits: enough to number each row.
    """
    ranks, bits = _directed(columns[0], most_bits, bool(descending and descending[0]))
    for column, down in zip(columns[1:], descending[1:] or [False] * (len(columns) - 1), strict=True):
        numbers, more = _directed(column, most_bits, down)
        if bits + more > most_bits:
            ranks, bits = _dense(ranks)
        if bits + more > most_bits:
            numbers, more = _dense(numbers)
        ranks = ranks.astype(np.int64) << more | numbers
        bits += more
    return Ranked(ranks, bits)


def _directed(column: pa.Array, most_bits: int, down: bool) -> Ranked:  # noqa: FBT001  # private
    found = numbered(column, most_bits)
    numbers = ((1 << found.bits) - 1) - found.numbers if down else found.numbers
    return Ranked(numbers, found.bits)


def _dense(numbers: Narrow) -> Ranked:
    distinct, dense = np.unique(numbers, return_inverse=True)
    return Ranked(dense, len(distinct).bit_length())


def signed_type(bits: int) -> type[np.int32 | np.int64]:
    """The narrower type that holds numbers of so many bits."""
    return np.int32 if bits <= 31 else np.int64  # noqa: PLR2004  # bits of an int32 beside its sign


def run_starts(ordered: NDArray[Any]) -> NDArray[np.intp]:
    """Where runs of equal elements begin."""
    return np.flatnonzero(np.concatenate((np.ones(min(len(ordered), 1), np.bool_), ordered[1:] != ordered[:-1])))


def offsets_of(lengths: Narrow) -> Integers:
    """Where each of consecutive spans of these lengths begins; and, last, where all end."""
    first: Integers = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=first[1:])
    return first


def lengths_of(first: Integers) -> Integers:
    """The other way round."""
    # A third of what `np.diff` takes for a few.
    return first[1:] - first[:-1]
