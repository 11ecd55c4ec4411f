"""Literals and decimal numbers read at many places of a text at once, eight bytes a word (SWAR).

Eight characters make one 64-bit integer, the first of them its lowest byte, and arithmetic treats all eight together
("SIMD within a register"). So a number costs the same whatever its digits are, and no Python code runs for each place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Numbers: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]

MAX_DIGITS = 18
"""Of a number that fits in 64 bits whatever its digits are."""
_WORD = 8
_AT_ONCE = 1 << 14
"""Places looked at together: what is in between stays in the processor's cache."""


def _repeated(byte: int) -> np.uint64:
    return np.uint64(int.from_bytes(bytes([byte]) * _WORD))


_ZEROS, _LOW_BITS, _HIGH_BITS = _repeated(ord("0")), _repeated(0x7F), _repeated(0x80)
_TO_HIGH_BIT = _repeated(0x80 - 10)
"""Added to a byte below 0x80, sets its highest bit if it is 10 or more."""
_ONE, _BITS_OF_BYTE, _BITS_OF_WORD = np.uint64(1), np.uint64(3), np.uint64(64)
_POWERS: Numbers = 10 ** np.arange(_WORD + 1)
_PAIRS, _FOURS = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF)


class TextAtOffsets:
    """A block of at least 8 bytes."""

    def __init__(self, block: bytes) -> None:
        """Take the block, which is not copied."""
        self.block = block
        self.characters: NDArray[np.uint8] = np.frombuffer(block, np.uint8)
        self._words = self._windows(np.dtype("<u8"))

    def _windows(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """What begins at each byte of the block and ends within it."""
        return np.ndarray((len(self.block) - dtype.itemsize + 1,), dtype, self.block, strides=(1,))

    def characters_at(self, places: Numbers) -> NDArray[np.uint8]:
        """The byte at each place; the first or last one of the block for places outside of it."""
        return self.characters.take(places, mode="clip")

    def words(self, places: Numbers) -> Words:
        """The eight bytes from each place on, the first of them lowest; zeros for those beyond the block's end."""
        inside = np.maximum(np.minimum(places, len(self.block) - _WORD), 0)
        words: Words = self._words[inside]
        return words >> ((places - inside) << 3).view(np.uint64)

    def places_of(self, beginning: bytes) -> Numbers:
        """Where the first eight bytes of a text stand, or all of them if it has fewer."""
        found: Numbers = np.flatnonzero(self.characters == beginning[0])
        word, bits = int.from_bytes(beginning[:_WORD], "little"), min(len(beginning), _WORD) << 3
        return found[self.words(found) & np.uint64((1 << bits) - 1) == np.uint64(word)]

    def all_read(self, places: Numbers, literal: bytes) -> bool:
        """Whether the literal, not an empty one, stands at each of the places."""
        if len(places) and (places.min() < 0 or places.max() > len(self.block) - len(literal)):
            return False
        windows = self._windows(np.dtype(f"V{len(literal)}"))
        parts = [places[part] for part in _parts(len(places))]
        return all(windows[part].tobytes() == literal * len(part) for part in parts)

    def numbers(self, places: Numbers) -> tuple[Numbers, Numbers]:
        """The number that begins at each place, and how many digits it has, leading zeros among them.

        Where there is no digit, or more than MAX_DIGITS, the number means nothing.
        """
        numbers: Numbers = np.empty(len(places), np.int64)
        digits: Numbers = np.empty(len(places), np.int64)
        for part in _parts(len(places)):
            numbers[part], digits[part] = self._numbers(places[part])
        return numbers, digits

    def _numbers(self, places: Numbers) -> tuple[Numbers, Numbers]:
        numbers, digits = _leading_number(self.words(places))
        unfinished = np.flatnonzero(digits == _WORD)
        while len(unfinished) and (before := int(digits[unfinished[0]])) <= MAX_DIGITS:
            more, further = _leading_number(self.words(places[unfinished] + before))
            numbers[unfinished] = numbers[unfinished] * _POWERS[further] + more
            digits[unfinished] += further
            unfinished = unfinished[further == _WORD]
        return numbers, digits


def _parts(count: int) -> Iterator[slice]:
    for start in range(0, count, _AT_ONCE):
        yield slice(start, start + _AT_ONCE)


def _leading_number(words: Words) -> tuple[Numbers, Numbers]:
    """The number that each word begins with, 0 if with none, and how many digits it has."""
    figures = words ^ _ZEROS
    # The highest bit of each byte that is not a digit; a carry out of a byte cannot come to be.
    others = (((figures & _LOW_BITS) + _TO_HIGH_BIT) | figures) & _HIGH_BITS
    digits = _bytes_below(others).astype(np.uint64)
    figures <<= _BITS_OF_WORD - (digits << _BITS_OF_BYTE)
    # In place of the digits that are lacking are leading zeros now: neighbours are joined to pairs, fours and eights.
    pairs = (figures * np.uint64(10 << 8 | 1)) >> np.uint64(8) & _PAIRS
    fours = (pairs * np.uint64(100 << 16 | 1)) >> np.uint64(16) & _FOURS
    numbers = (fours * np.uint64(10_000 << 32 | 1)) >> np.uint64(32)
    return numbers.view(np.int64), digits.view(np.int64)


def _bytes_below(high_bits: Words) -> NDArray[np.uint8]:
    """How many bytes of each word are below the lowest of which the highest bit is set."""
    below: NDArray[np.uint8] = np.bitwise_count(~high_bits & (high_bits - _ONE)) >> 3
    return below
