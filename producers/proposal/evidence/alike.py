"""Which values of a column are alike: each type reads either all of them or none, and they have the same digits.

So one of them is tried for all. Values of which that is not sure are alike to themselves only. A property test holds
this to trying each value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.wire.byte_arrays import bytes_of
from producers.proposal.evidence.repeats import Chosen, Counts
from producers.proposal.evidence.trials import SEPARATORS

_COMMON_YEAR: Final = "[12][0-9]{3}"
_ISO_DAY: Final = rf"^{_COMMON_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_DAY: Final = (
    r"^(?:[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[0-9]{4}-?W[0-9]{2}(?:-?[0-9])?"
    r"|[0-9]{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))(?:[T ]|$)"
)
"""What begins as a day may, in any form."""
_CLOCK: Final = (
    r"(?:(?:0[1-9]|1[0-9]|2[0-3]):[0-5][0-9]|00:(?:0[1-9]|[1-5][0-9]))(?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(?: ?(?:Z|UTC|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?))?"
)
"""A valid time of day but midnight, which may be that of a day without a time."""
_MOMENT: Final = (
    rf"^(?:ISO|{_COMMON_YEAR}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}|[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.]{_COMMON_YEAR}"
    rf"|{_COMMON_YEAR}[0-9]{{4}})[T ]{_CLOCK}$"
)
_DIGITS: Final = r"^[-+0-9.,:;/| ]+$"
_BY_VALUE: Final = r"[0-9]{19}|^41[0-9]{8}(?:[0-9]{3})?$|^[0-9]{10}(?:[0-9]{3})?\.|^.$"
"""Numbers of which the digits decide: near 2^63, Unix times about the year 2100 or with parts of a second, 0 and 1."""
_AFTER_2100: Final = "42"
_ODD: Final = r"^\pL|[b-dghj-mo-ru-xzBDGHJ-MO-RVX\"!#$%&'()*<=>?@\[\]\\^`{}~\p{Sc}]"
"""A letter or sign that neither numbers nor times have: those of Python's `inf` and `nan` and of UTC are not among."""
_WORDS: Final = r"(?i)^(?:true|false|yes|no|[tfyn]|s?nan[0-9]*|inf(?:inity)?)$|[^\pL\pM\pN\pP\pS ]"
"""Texts that begin with a letter and may be something, and such with control characters."""
_ZERO, _NINE = b"09"


class Alike(NamedTuple):
    """Values in classes of those that are alike."""

    first: NDArray[np.intp]
    """Of each class, the place of its first value."""
    of: NDArray[np.intp]
    """The class of each value."""

    def members(self, classes: list[int]) -> Chosen:
        """Whether each value is of one of the classes."""
        chosen: Chosen = np.zeros(len(self.first), np.bool_)
        chosen[classes] = True
        return chosen[self.of]


def alike(texts: pa.StringArray) -> Alike:
    """The classes of different texts that are not empty and have no blanks at their ends."""
    codes: Counts = np.arange(len(texts), dtype=np.int64)
    left: Chosen = np.ones(len(texts), np.bool_)
    for number, (chosen, found) in enumerate(_recognised(texts, left), 1):
        codes[chosen] = (number << 32) + found
        left[chosen] = False
    _, first, of = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return Alike(first[order], np.argsort(order)[of])


def _recognised(texts: pa.StringArray, left: Chosen) -> Iterator[tuple[NDArray[np.intp], Counts]]:
    """Values of one sort each, and their classes in it; those taken are not `left` when the next are asked for."""
    dated = _matched(texts, _DAY)
    yield _days(texts, np.flatnonzero(dated))
    left &= ~dated
    places = np.flatnonzero(left)
    some = texts.take(pa.array(places))
    chosen = _matched(some, _DIGITS)
    chosen[chosen] = ~_matched(some.filter(pa.array(chosen)), _BY_VALUE)
    yield places[chosen], _shapes(some.filter(pa.array(chosen)))
    places = np.flatnonzero(left)
    some = texts.take(pa.array(places))
    chosen = _matched(some, _ODD)
    chosen[chosen] = ~_matched(some.filter(pa.array(chosen)), _WORDS)
    yield places[chosen], _marks(some.filter(pa.array(chosen)))


def _days(texts: pa.StringArray, places: NDArray[np.intp]) -> tuple[NDArray[np.intp], Counts]:
    """Days, and moments without their time; only those of the common form are alike without their day."""
    some = pc.replace_substring_regex(texts.take(pa.array(places)), _ISO_DAY, "ISO")
    moments = _matched(some, _MOMENT)
    some = pc.if_else(
        pa.array(moments), pc.replace_substring_regex(some, r"^([^T ]+)[T ][0-9:]+(\.?)[0-9]*", r"\1 \2"), some
    )
    chosen = moments | pc.equal(some, "ISO").to_numpy(zero_copy_only=False)
    return places[chosen], _numbered(some.filter(pa.array(chosen)))


def _shapes(texts: pa.StringArray) -> Counts:
    """Classes of texts by their signs, the length of their numbers, and the zeros that these begin with."""
    block, bounds = bytes_of(texts)
    characters = np.frombuffer(block, np.uint8)
    is_digit = (characters >= _ZERO) & (characters <= _NINE)
    follows = np.concatenate((np.zeros(1, np.bool_), is_digit[:-1])) if len(is_digit) else is_digit
    follows[bounds[:-1]] = False
    counts = is_digit & (characters != _ZERO)
    so_far = np.cumsum(counts)
    before = np.maximum.accumulate(np.where(is_digit & ~follows, so_far - counts, 0))
    shapes = np.where(is_digit & (so_far > before), np.uint8(_NINE), characters)
    offsets = pa.py_buffer(np.ascontiguousarray(bounds, np.int32))
    shaped = pa.Array.from_buffers(pa.string(), len(texts), [None, offsets, pa.py_buffer(shapes)])
    late = pc.greater_equal(texts, _AFTER_2100).to_numpy(zero_copy_only=False)
    return _numbered(shaped) * 2 + late


def _marks(texts: pa.StringArray) -> Counts:
    """Classes of texts by what is read as no list of texts, and whether they have a point and one comma."""
    found = _matched(texts, r"\.") + 2 * (pc.count_substring(texts, ",").to_numpy(zero_copy_only=False) == 1)
    for number, separator in enumerate(SEPARATORS, 2):
        between = f"[{separator}]"
        if pc.any(pc.match_substring(texts, separator)).as_py():
            found += _matched(texts, f"^{between}|{between} *{between}").astype(np.int64) << number
    return found.astype(np.int64)


def _numbered(texts: pa.StringArray) -> Counts:
    return texts.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _matched(texts: pa.StringArray, pattern: str) -> Chosen:
    found: Chosen = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False).copy()
    return found
