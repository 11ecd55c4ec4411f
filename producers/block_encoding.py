"""The records of a whole block of plain rows in Kafka's binary form, without a look at each of them in Python.

A record is little that differs from row to row, numbers in text and lengths, and much that does not: the names of the
fields and the headers. numpy lays out the former for all rows at once, with one byte in place of each of the latter;
`bytes.replace` then puts in what the byte stands for. The form of a record is in `producers.record_batches`.

The bytes that stand for others are odd and above 0x80. Digits, commas and zeros are not, and neither is a byte of a
length or an offset here: these are even numbers (zigzag) of at most two bytes, of which the first is even and the
second below 0x80.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from producers.plain_blocks import MAX_LINE_BYTES, PlainRows

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
_SEMICOLON, _COMMA, _ZERO = b";,0"
_DECIMAL = 10
_Numbers: TypeAlias = NDArray[np.intp]
_Bytes: TypeAlias = NDArray[np.uint8]


class _Spans(NamedTuple):
    """Consecutive bytes for each row."""

    source: _Bytes
    starts: _Numbers
    lengths: _Numbers


def can_encode(headers: bytes) -> bool:
    """Whether records with these headers are surely short enough; see `record_batches.encoded_headers`."""
    return len(headers) <= _MOST_HEADER_BYTES


def greatest_sizes(rows: PlainRows, headers: bytes) -> _Numbers:
    """Bytes that the record of each row takes at most."""
    return rows.lengths + rows.user_lengths + (_NAMES_BYTES + len(headers) + _MOST_BESIDES)


def encode(
    rows: PlainRows, first_line: int, headers: bytes, order: _Numbers, deltas: _Numbers
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
    line = _Spans(_marked(rows), rows.starts[order], rows.lengths[order])
    key = _Spans(line.source, rows.user_starts[order], rows.user_lengths[order])
    number = _line_numbers(order + first_line)
    value_bytes = line.lengths + _NAMES_BYTES
    value = _value_lengths(value_bytes)
    # What follows the length: no attributes, no time of its own, offset, key, value, headers, the last one's value.
    after_length = 2 + 1 + (deltas > _ONE_BYTE) + 1 + key.lengths + 2 + value_bytes + len(headers) + number.lengths - 1
    front = _fronts(after_length, deltas, key.lengths)
    text = _interleaved((front, key, value, line, number)).tobytes()
    for byte, meaning in (*_STANDS_FOR.items(), (_VALUE_ENDS, _VALUE_END + headers)):
        text = text.replace(bytes((byte,)), meaning)
    return text, after_length + 2


def _marked(rows: PlainRows) -> _Bytes:
    """The lines, with what stands for a name between their fields, and commas between the compounds."""
    text = np.frombuffer(rows.text, np.uint8).copy()
    for field, name in enumerate((_USER, _COMPOUNDS, _RUN_TIME)):
        text[rows.ends[:, field]] = name
    text[text == _SEMICOLON] = _COMMA
    return text


def _fronts(after_length: _Numbers, deltas: _Numbers, key_bytes: _Numbers) -> _Spans:
    """The beginnings of the records up to the key; those whose delta has one byte only begin a byte later."""
    short = deltas <= _ONE_BYTE
    length, delta = after_length << 1, deltas << 1
    low, high = length & _SEVEN_BITS | _CONTINUED, length >> 7
    columns = (
        low,
        np.where(short, low, high),
        np.where(short, high, 0),
        np.zeros_like(low),
        np.where(short, 0, delta & _SEVEN_BITS | _CONTINUED),
        np.where(short, delta, delta >> 7),
        key_bytes << 1,
    )
    return _from_table(_table(columns), short.astype(np.intp))


def _value_lengths(value_bytes: _Numbers) -> _Spans:
    length = value_bytes << 1
    begins = np.full_like(length, _VALUE_BEGINS)
    return _from_table(_table((length & _SEVEN_BITS | _CONTINUED, length >> 7, begins)), np.zeros_like(length))


def _line_numbers(numbers: _Numbers) -> _Spans:
    """The end of the value, the number of digits and the digits: where these are fewer, all begins later."""
    width = len(str(numbers.max()))
    digits = _Digits.of(numbers, width)
    table: _Bytes = np.empty((len(numbers), 2 + width), np.uint8)
    table[:, 2:] = digits.text
    skipped = width - digits.counts
    each = np.arange(len(numbers))
    table[each, skipped] = _VALUE_ENDS
    table[each, skipped + 1] = digits.counts << 1
    return _from_table(table, skipped)


class _Digits(NamedTuple):
    text: _Bytes
    """Rows by places, filled up with zeros from the left."""
    counts: _Numbers
    """How many each number has."""

    @staticmethod
    def of(numbers: _Numbers, width: int) -> _Digits:
        text: _Bytes = np.empty((len(numbers), width), np.uint8)
        counts = np.ones_like(numbers)
        rest = numbers
        for place in reversed(range(width)):
            tens = rest // _DECIMAL
            # A product is faster than a remainder.
            text[:, place] = rest - tens * _DECIMAL + _ZERO
            rest = tens
            counts += rest > 0
        return _Digits(text, counts)


def _table(columns: tuple[_Numbers, ...]) -> _Bytes:
    table: _Bytes = np.empty((len(columns[0]), len(columns)), np.uint8)
    for number, column in enumerate(columns):
        table[:, number] = column
    return table


def _from_table(table: _Bytes, skipped: _Numbers) -> _Spans:
    """Each row of a table, without so many bytes at its beginning."""
    count, width = table.shape
    return _Spans(table.reshape(-1), np.arange(count) * width + skipped, width - skipped)


def _interleaved(parts: tuple[_Spans, ...]) -> _Bytes:
    """The first span of each part, then the second of each, and so on."""
    sources = {id(part.source): part.source for part in parts}
    bases = dict(zip(sources, np.cumsum([0, *map(len, sources.values())]).tolist(), strict=False))
    starts = np.stack([part.starts + bases[id(part.source)] for part in parts], axis=1).reshape(-1)
    lengths = np.stack([part.lengths for part in parts], axis=1).reshape(-1)
    ends = np.cumsum(lengths)
    indices: _Numbers = np.repeat(starts - (ends - lengths), lengths)
    indices += np.arange(len(indices))
    joined: _Bytes = np.concatenate(tuple(sources.values()))
    return joined[indices]
