"""The bytes of values of the Faust table to lists of Python and back.

They are those of `streams.table.value_layout`, which property tests hold this to. Of few groups it takes less.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final, Literal

import pyarrow as pa

from streams.table.runs import forms_of
from streams.table.value_layout import layout_of
from streams.table.words import WORD

_CODES: Final[Mapping[int, Literal["B", "H", "I", "q"]]] = {1: "B", 2: "H", 4: "I", WORD: "q"}
_LIMITS: Final = {pa.lib.Type_BOOL: 2, pa.lib.Type_DATE32: 1 << 31}
_MOST: Final = 1 << 63
"""More than the greatest number of 64 bits."""
_NO_RUN: Final = (0, 0, b"")

Run = tuple[int, int, bytes]
"""The bytes of each item, 0 of a value that is NULL; how many items there are, and all of them."""


class GroupCodec:
    """Of the values of a feature table."""

    def __init__(self, schema: pa.Schema, fingerprint: bytes) -> None:
        """Take the columns of the states, and 8 bytes of the declaration that these follow."""
        layout = layout_of(schema)
        self._fingerprint = fingerprint
        self._width = len(layout.kinds)
        words, forms = iter(layout.words), [forms_of(kind) for kind in layout.kinds]
        places = list(zip(range(self._width), layout.kinds, forms, strict=True))
        self._numbers = [(place, next(words), _limit(kind)) for place, kind, runs in places if not runs]
        self._lists = [(place, runs, _limit(kind)) for place, kind, runs in places if runs]
        self._forms = layout.forms
        self._header = struct.Struct(f"<8sq{len(layout.words)}B{len(self._forms)}B{len(self._forms)}I")

    def packed(self, versions: Sequence[int], columns: Sequence[Sequence[Any]]) -> list[bytes]:
        """The values of groups with these columns, which are as `models.types.plain_values` says."""
        if not versions:
            return []
        numbers = [[_packed_number(number, words) for number in columns[place]] for place, words, _ in self._numbers]
        runs = [run for place, forms, _ in self._lists for run in _packed_runs(columns[place], forms)]
        of_runs = [list(zip(*run, strict=True)) for run in runs]
        widths = [map(len, column) for column in numbers] + [run[0] for run in of_runs]
        counts = [run[1] for run in of_runs]
        pack, fingerprint = self._header.pack, self._fingerprint
        headers = [pack(fingerprint, *each) for each in zip(versions, *widths, *counts, strict=True)]
        return list(map(b"".join, zip(headers, *numbers, *(run[2] for run in of_runs), strict=True)))

    def unpacked(self, value: bytes) -> tuple[int, list[Any]]:
        """Version and columns of a group.

        Raises:
            ValueError: it is damaged, or follows another declaration.
        """
        at = self._header.size
        _require(len(value) >= at and value.startswith(self._fingerprint))
        _, version, *rest = self._header.unpack_from(value)
        columns: list[Any] = [None] * self._width
        for (place, words, limit), width in zip(self._numbers, rest, strict=False):
            if width:
                if width not in _CODES:
                    _require(width == WORD * words)
                number = int.from_bytes(value[at : at + width], "little", signed=width >= WORD)
                if limit is not None:
                    _require(-limit < number < limit)
                columns[place] = number
                at += width
        run, runs = len(self._numbers), len(self._forms)
        for place, forms, limit in self._lists:
            found: list[Any] = []
            for words in forms:
                width, count = rest[run], rest[run + runs]
                end = at + width * count
                found.append(_unpacked_run(value[at:end], width, count, words))
                at, run = end, run + 1
            columns[place] = found[0] if len(found) == 1 else _texts(*found)
            if limit is not None and found[0]:
                _require(-limit < min(found[0]) <= max(found[0]) < limit)
        _require(at == len(value))
        return version, columns


def _limit(kind: pa.DataType) -> int | None:
    """What values of the type, or items of a list, are less than, and more than its negative."""
    if pa.types.is_list(kind):
        return _limit(kind.value_type)
    limit: int | None = 10**kind.precision if pa.types.is_decimal(kind) else _LIMITS.get(kind.id)
    return limit


def _packed_number(number: int | None, words: int) -> bytes:
    if number is None:
        return b""
    if 0 <= number < 1 << 32:
        return number.to_bytes(1 if number < 1 << 8 else 2 if number < 1 << 16 else 4, "little")
    return number.to_bytes(_width(number, number, words), "little", signed=number < 0)


def _width(least: int, greatest: int, words: int) -> int:
    """The bytes of each of some numbers."""
    if least < 0 or greatest >= 1 << 32:
        return WORD if least >= -_MOST and greatest < _MOST else WORD * words
    return 1 if greatest < 1 << 8 else 2 if greatest < 1 << 16 else 4


def _packed_runs(column: Sequence[Any], forms: Sequence[int]) -> list[list[Run]]:
    """The runs of a column of texts or lists."""
    if forms == [0]:
        return [[_NO_RUN if text is None else (1, len(text), text) for text in column]]
    if len(forms) == 1:
        return [[_packed_run(items, forms[0]) for items in column]]
    lengths = [None if texts is None else list(map(len, texts)) for texts in column]
    blocks = [_NO_RUN if texts is None else (1, len(block := b"".join(texts)), block) for texts in column]
    return [[_packed_run(items, 1) for items in lengths], blocks]


def _packed_run(items: list[int] | None, words: int) -> Run:
    if not items:
        return _NO_RUN if items is None else (1, 0, b"")
    greatest = max(items)
    try:
        width = _width(0, greatest, 1)
        return width, len(items), array(_CODES[width], items).tobytes()
    except OverflowError:
        # One is negative, or of more than a word.
        width = _width(min(items), greatest, words)
    if code := _CODES.get(width):
        return width, len(items), array(code, items).tobytes()
    return width, len(items), b"".join([item.to_bytes(width, "little", signed=True) for item in items])


def _unpacked_run(block: bytes, width: int, count: int, words: int) -> bytes | list[int] | None:
    if not width:
        _require(not count)
        return None
    if not words:
        _require(width == 1)
        block.decode()
        return block
    if width == 1:
        return list(block)
    if code := _CODES.get(width):
        return memoryview(block).cast(code).tolist() if len(block) == width * count else []
    _require(width == WORD * words)
    return [int.from_bytes(block[at : at + width], "little", signed=True) for at in range(0, len(block), width)]


def _texts(lengths: list[int] | None, block: bytes | None) -> list[bytes] | None:
    """Texts of these lengths, which stand one after the other."""
    if lengths is None:
        return None
    _require(sum(lengths) == len(block or b"") and min(lengths, default=0) >= 0)
    texts = [(block or b"")[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]
    for text in texts:
        text.decode()
    return texts


def _require(is_sound: bool) -> None:  # noqa: FBT001  # what is to be true
    if not is_sound:
        raise ValueError("a value of the table is damaged or follows another declaration")
