"""Whether all lines of a text are simple experiments, tested for all of them at once.

The definition is the regular expression that `producers.rows.fast_encoder` and `models.rows` are made of; a property
test holds this to it. It takes half as long: a regular expression says only whether the bytes that are no digits
follow one another as they should, and numpy looks at how many digits stand between them, and with which these begin.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.rows import PLAIN_DECIMALS, PLAIN_ID_DIGITS, PLAIN_WHOLE_DIGITS

FIELDS = 4
_COMPOUNDS = 2
"""Number of the only field that may be empty."""
_DIGITS = b"0123456789"
_ZERO, _POINT, _LINE_END = b"0.\n"
_Numbers: TypeAlias = NDArray[np.intp]
_Bytes: TypeAlias = NDArray[np.uint8]

FindEnds = Callable[[bytes], _Numbers | None]
"""Where in a text each of its fields ends: rows by fields. None unless it is lines, all of them plain, that line feeds
end."""


def finder(delimiter: str) -> FindEnds:
    """What finds the fields that are divided by a character, which is not a digit, point or semicolon."""
    between = re.escape(delimiter)
    is_in_order = re.compile(rf"(?:{between}{between};*+{between}\.?+\n)++".encode()).fullmatch
    divider = ord(delimiter)

    def find_ends(text: bytes) -> _Numbers | None:
        signs = text.translate(None, _DIGITS)
        if not is_in_order(signs):
            return None
        kinds = np.frombuffer(signs, np.uint8)
        characters = np.frombuffer(text, np.uint8)
        # 8-bit numbers wrap around, so that what is below the digits is above them too.
        places = np.flatnonzero(characters - np.uint8(_ZERO) >= len(_DIGITS))
        ends_field = (kinds == divider) | (kinds == _LINE_END)
        ends: _Numbers = np.compress(ends_field, places)
        if not _are_plain(characters, kinds, places, ends_field, ends):
            return None
        return ends.reshape(-1, FIELDS)

    return find_ends


def _are_plain(
    characters: _Bytes, kinds: _Bytes, places: _Numbers, ends_field: NDArray[np.bool], ends: _Numbers
) -> bool:
    """Whether the numbers between signs in order are such as they should be.

    Args:
        characters: the text.
        kinds: its signs, the bytes that are no digits.
        places: where each of them stands.
        ends_field: whether it ends a field.
        ends: where those stand that do.
    """
    starts = np.concatenate((np.zeros(1, np.intp), places[:-1] + 1))
    digits = np.minimum(places - starts, PLAIN_ID_DIGITS + 1).astype(np.uint8)
    is_decimals = np.concatenate((np.zeros(1, np.bool), kinds[:-1] == _POINT))
    is_whole = (kinds == _POINT) | ((kinds == _LINE_END) & ~is_decimals)
    most = np.full_like(digits, PLAIN_ID_DIGITS)
    most -= is_whole * np.uint8(PLAIN_ID_DIGITS - PLAIN_WHOLE_DIGITS)
    most -= is_decimals * np.uint8(PLAIN_ID_DIGITS - PLAIN_DECIMALS)
    may_be_zero = is_decimals | (is_whole & (digits == 1))
    begins_with_zero = characters[starts] == _ZERO
    if ((digits > most) | (begins_with_zero & ~may_be_zero)).any():
        return False
    empty = np.flatnonzero(digits == 0)
    if not len(empty):
        return True
    # A list of compounds that is empty has no semicolon before its end, but the end of another field.
    fields = np.searchsorted(ends, places[empty]) % FIELDS
    return bool((ends_field[empty] & ends_field[empty - 1] & (fields == _COMPOUNDS)).all())
