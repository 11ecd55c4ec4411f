"""Decimals in the binary form of Postgres' numeric.

A numeric is its number of digits of base 10,000, the weight of the first one, its sign, how many decimals it shows,
and the digits, all as 16-bit numbers: numeric_recv in PostgreSQL's src/backend/utils/adt/numeric.c. Zeros may
come first and last, so that all values of a column have as many digits.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BASE, _PLACES = 10_000, 4
_NEGATIVE = 0x4000
_THREE_DIGITS = _BASE**3
"""Most numbers are below, and take the same number of digits: the first of them may be zeros."""
_PACK = [struct.Struct(f">iHhHH{digits}H").pack for digits in range(24)]
"""By the number of digits: more than a number of Arrow's decimal256 has."""
_PAIR = _BASE * _BASE
"""What is divided off at once where numbers are long: a remainder and the 32 bits after it fit in 64 bits."""


def numerics(decimals: NDArray[np.void], scale: int) -> NDArray[np.void]:
    """The values of Arrow's decimals.

    Args:
        decimals: two's complement, little-endian, of 16 or 32 bytes.
        scale: how many of their digits stand after the point.
    """
    words = decimals.view("<u8").reshape(-1, decimals.dtype.itemsize // 8)
    negative = words[:, -1] >> 63 == 1
    digits = _digits(_absolute(words, negative), -scale % _PLACES)
    found = np.empty(len(decimals), [("prefix", ">u2", 4), ("digits", ">u2", digits.shape[1])])
    weight = digits.shape[1] - 1 - -(-scale // _PLACES)
    found["prefix"] = (digits.shape[1], weight & 0xFFFF, 0, scale)
    found["prefix"][:, 2] = negative * _NEGATIVE
    found["digits"] = digits
    return found


def numeric(scale: int) -> Callable[[int], bytes]:
    """Makes size and bytes of a value: a whole number, of which so many digits stand after the point."""
    zeros, fraction = 10 ** (-scale % _PLACES), -(-scale // _PLACES)

    def encoded(number: int) -> bytes:
        sign, rest = _NEGATIVE if number < 0 else 0, abs(number) * zeros
        if rest < _THREE_DIGITS:
            rest, last = divmod(rest, _BASE)
            return _PACK[3](14, 3, 2 - fraction, sign, scale, *divmod(rest, _BASE), last)
        digits: list[int] = []
        while rest:
            rest, digit = divmod(rest, _BASE)
            digits.append(digit)
        count = len(digits)
        return _PACK[count](8 + 2 * count, count, count - 1 - fraction, sign, scale, *reversed(digits))

    return encoded


def _absolute(words: NDArray[np.uint64], negative: NDArray[np.bool_]) -> NDArray[np.uint64]:
    if not negative.any():
        return words
    turned = words ^ -negative.astype(np.uint64)[:, None]
    carry = negative.astype(np.uint64)
    for place in range(words.shape[1]):
        turned[:, place] += carry
        carry &= turned[:, place] == 0
    return turned


def _digits(words: NDArray[np.uint64], zeros: int) -> NDArray[Any]:
    """The digits of base 10,000 of the numbers with so many zeros put after them; the greatest place comes first."""
    places: list[NDArray[np.uint64]] = []
    if not words[:, 1:].any() and (not len(words) or words[:, 0].max() < 10**15):
        rest = words[:, 0] * np.uint64(10**zeros)
        while rest.any() or not places:
            rest, digit = np.divmod(rest, np.uint64(_BASE))
            places.append(digit)
    else:
        limbs = _times(words.view("<u4").astype(np.uint64), 10**zeros)
        while limbs.any():
            pair = _divide_off(limbs)
            places += [pair % np.uint64(_BASE), pair // np.uint64(_BASE)]
    return np.stack(places[::-1], axis=1)


def _times(limbs: NDArray[np.uint64], factor: int) -> NDArray[np.uint64]:
    """Times a small number; a limb is 32 bits, the least comes first."""
    product = np.zeros((len(limbs), limbs.shape[1] + 1), np.uint64)
    for place in range(limbs.shape[1]):
        product[:, place] += limbs[:, place] * np.uint64(factor)
        product[:, place + 1] = product[:, place] >> np.uint64(32)
        product[:, place] &= np.uint64(0xFFFFFFFF)
    return product


def _divide_off(limbs: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Divide by 10,000 twice, in place; return the remainder."""
    rest: NDArray[np.uint64] = np.zeros(len(limbs), np.uint64)
    for place in reversed(range(limbs.shape[1])):
        limbs[:, place], rest = np.divmod(rest << np.uint64(32) | limbs[:, place], np.uint64(_PAIR))
    return rest
