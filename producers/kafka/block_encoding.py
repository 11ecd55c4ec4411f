"""The records of a whole block of plain rows in Kafka's binary form, without a look at each of them in Python.

A record is little that differs from row to row, numbers in text and lengths, and much that does not: the names of the
fields and the headers. numpy lays out the former for all rows at once, with one byte in place of each of the latter;
`bytes.replace` then puts in what the byte stands for. The form of a record is in `producers.kafka.record_batch`.

The bytes that stand for others are odd and above 0x80. Digits, commas and zeros are not, and neither is a byte of a
length or an offset here: these are even numbers (zigzag) of at most two bytes, of which the first is even and the
second below 0x80.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from producers.files.simple_blocks import MAX_LINE_BYTES, SimpleRows

MAX_VARINT = 0x1FFF
"""The greatest number whose zigzag form has two bytes; no batch may hold more records, and none may be longer."""
_ONE_BYTE = 0x3F
"""The greatest number whose zigzag form has one byte."""
_CONTINUED = 0x80
_SEVEN_BITS = 0x7F

_VALUE_BEGINS, _USER, _COMPOUNDS, _RUN_TIME, _VALUE_ENDS = 0x81, 0x83, 0x85, 0x87, 0x89
_STANDS_FOR = {
    _VALUE_BEGINS: b'{"experiment_id":',
    _USER: b',"user_id":',
    _COMPOUNDS: b',"experiment_compound_ids":[',
    _RUN_TIME: b'],"experiment_run_time":',
}
_VALUE_END = b"}"
_DIVIDERS = 3
"""Bytes of a line that stand between its fields, and are replaced by names."""
_NAMES_BYTES = sum(map(len, _STANDS_FOR.values())) + len(_VALUE_END) - _DIVIDERS
"""Bytes that a value has more than its line."""
_MOST_BESIDES = 64
"""Bytes that a record has more than value, key and headers, and more than enough."""
_MOST_HEADER_BYTES = MAX_VARINT - MAX_LINE_BYTES - _NAMES_BYTES - _MOST_BESIDES
_MOST_TABLE_BYTES = 1024 * 1024
"""Of the windows of all rows, which are as wide as the longest line; a tenth of it for lines of like length."""
_SEMICOLON, _COMMA, _ZERO = b";,0"
_DECIMAL = 10
_FRONT_BYTES = 7
_Numbers: TypeAlias = NDArray[np.intp]
_Bytes: TypeAlias = NDArray[np.uint8]


_GROUP_DIGITS = 4
_GROUPS = (np.arange(10**_GROUP_DIGITS)[:, np.newaxis] // (1000, 100, 10, 1) % _DECIMAL + _ZERO).astype(np.uint8)
_GROUPS = _GROUPS.view("V4").reshape(-1)
"""The numbers of so many digits in decimal."""
_Windows: TypeAlias = NDArray[np.void]
"""As many bytes for each row."""


class _Column(NamedTuple):
    """Bytes of each row's record: a window of one width for all of them, of which not all may count."""

    windows: _Windows
    counting: _Windows | None = None
    """Booleans, a byte each; None if all count."""


def can_encode(headers: bytes) -> bool:
    """Whether records with these headers are surely short enough; see `record_batches.encoded_headers`."""
    return len(headers) <= _MOST_HEADER_BYTES


def greatest_sizes(rows: SimpleRows, headers: bytes) -> _Numbers:
    """Bytes that the record of each row takes at most."""
    return rows.lengths + rows.user_lengths + (_NAMES_BYTES + len(headers) + _MOST_BESIDES)


def is_even(rows: SimpleRows) -> bool:
    """Whether the lines are so much of one length, or so few, that they may be encoded at once."""
    return rows.count * int(rows.lengths.max()) <= _MOST_TABLE_BYTES


def encode(
    rows: SimpleRows, first_line: int, headers: bytes, order: _Numbers, deltas: _Numbers
) -> tuple[bytes, _Numbers]:
    """The records, one after the other.

    Args:
        rows: to be encoded.
        first_line: in the file, of the first row.
        headers: such as `can_encode`.
        order: the numbers of the rows, each once, as the records are to follow one another.
        deltas: in that order, how many records the batch of each holds before it; at most MAX_VARINT.

    Returns:
        The records, and the bytes that each has.
    """
    lines, users = rows.lengths[order], rows.user_lengths[order]
    numbers = order + first_line
    digits = _digit_counts(numbers)
    value_bytes = lines + _NAMES_BYTES
    # What follows the length: no attributes, no time of its own, offset, key, value, headers, the last one's value.
    after_length = 2 + 1 + (deltas > _ONE_BYTE) + 1 + users + 2 + value_bytes + len(headers) + 1 + digits
    text = _marked(rows)
    columns = (
        _fronts(after_length, deltas, users),
        _texts(text, rows.user_starts[order], users),
        _value_lengths(value_bytes),
        _texts(text, rows.starts[order], lines),
        _number_lengths(digits),
        _digits(numbers, digits),
    )
    records = _joined(columns)
    for byte, meaning in (*_STANDS_FOR.items(), (_VALUE_ENDS, _VALUE_END + headers)):
        records = records.replace(bytes((byte,)), meaning)
    return records, after_length + 2


def _marked(rows: SimpleRows) -> _Bytes:
    """The lines, with what stands for a name between their fields, and commas between the compounds."""
    text = np.frombuffer(rows.text, np.uint8).copy()
    text -= (text == _SEMICOLON).view(np.uint8) * np.uint8(_SEMICOLON - _COMMA)
    for field, name in enumerate((_USER, _COMPOUNDS, _RUN_TIME)):
        text[rows.ends[:, field]] = name
    return text


def _fronts(after_length: _Numbers, deltas: _Numbers, key_bytes: _Numbers) -> _Column:
    """The beginnings of the records up to the key, seven bytes; those whose delta has one byte begin a byte later."""
    short = deltas <= _ONE_BYTE
    length, delta = _two_bytes(after_length), deltas << 1
    length = np.where(short, length << 8, length)
    delta = np.where(short, delta << 8, _two_bytes(deltas))
    front = length | delta << 32 | key_bytes << 49
    return _Column(_last_bytes(front << 8, _FRONT_BYTES), _last_ones(_FRONT_BYTES - short, _FRONT_BYTES))


def _value_lengths(value_bytes: _Numbers) -> _Column:
    return _Column(_last_bytes((_two_bytes(value_bytes) | _VALUE_BEGINS << 16) << 40, 3))


def _number_lengths(digits: _Numbers) -> _Column:
    """The end of the value and the length of the last header's."""
    return _Column(_last_bytes((digits << 9 | _VALUE_ENDS) << 48, 2))


def _two_bytes(numbers: _Numbers) -> _Numbers:
    """The zigzag form of numbers, of two bytes in any case, the first in the lower bits."""
    return numbers << 1 & _SEVEN_BITS | _CONTINUED | numbers >> 6 << 8


def _last_bytes(numbers: _Numbers, width: int) -> _Windows:
    """The upper bytes of numbers, lowest first."""
    text = numbers.astype("<i8", copy=False)
    return np.ndarray((len(text),), f"V{width}", text.data, 8 - width, (8,))


def _digit_counts(numbers: _Numbers) -> _Numbers:
    least = len(str(numbers.min()))
    counts = np.full_like(numbers, least)
    for digits in range(least, len(str(numbers.max()))):
        counts += numbers >= _DECIMAL**digits
    return counts


def _digits(numbers: _Numbers, counts: _Numbers) -> _Column:
    """Numbers in decimal, four digits at a time, as wide as the longest of them."""
    width = int(counts.max())
    groups = -(-width // _GROUP_DIGITS)
    text = np.empty((len(numbers), groups), _GROUPS.dtype)
    for group in reversed(range(groups)):
        rest = numbers // len(_GROUPS)
        text[:, group] = _GROUPS[numbers - rest * len(_GROUPS)]
        numbers = rest
    size = groups * _GROUP_DIGITS
    windows: _Windows = np.ndarray((len(text),), f"V{width}", text.data, size - width, (size,))
    return _Column(windows, _last_ones(counts, width))


def _texts(text: _Bytes, starts: _Numbers, lengths: _Numbers) -> _Column:
    """What begins at those places of a text."""
    width = int(lengths.max())
    padded = np.concatenate((text, np.zeros(width, np.uint8)))
    return _Column(_windows(padded, width)[starts], _first_ones(lengths, width))


def _first_ones(counts: _Numbers, width: int) -> _Windows:
    steps: _Bytes = np.repeat(np.array([1, 0], np.uint8), width)
    return _windows(steps, width)[width - counts]


def _last_ones(counts: _Numbers, width: int) -> _Windows:
    steps: _Bytes = np.repeat(np.array([0, 1], np.uint8), width)
    return _windows(steps, width)[counts]


def _windows(text: _Bytes, width: int) -> _Windows:
    """The bytes that begin at each place of a text."""
    return np.ndarray((len(text) - width + 1,), f"V{width}", text.data, 0, (1,))


def _joined(columns: tuple[_Column, ...]) -> bytes:
    """What counts of the columns, row by row."""
    count, form = len(columns[0].windows), [(str(number), c.windows.dtype) for number, c in enumerate(columns)]
    text, counting = np.empty(count, form), np.empty(count, form)
    counting.view(np.uint8).fill(1)
    for number, column in enumerate(columns):
        text[str(number)] = column.windows
        if column.counting is not None:
            counting[str(number)] = column.counting
    # Bytes that count and follow one another are copied at once: the columns are such that there are few gaps.
    joined: bytes = text.view(np.uint8)[counting.view(np.bool)].tobytes()
    return joined
