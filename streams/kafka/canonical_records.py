"""Records in the form that our producer writes them in, read by columns.

aiokafka makes objects of each record, its key, value and headers. Here the places of all values are guessed, from
what each begins with, and then it is verified that reading one record after the other, as Kafka's
format is defined, comes to the very same places: each record begins where the one before ends, and all of it is either
compared with what has to be there or is part of a key or number whose length is. So a wrong guess gives no wrong
record, but none at all, and the records are read one by one, like all that have another form.

The form of a record: https://kafka.apache.org/documentation/#record
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch

from models.publication import FILE_HEADER, LINE_HEADER, LOAD_HEADER, Source, SourceReader
from streams.columns.constant_column import ConstantColumn
from streams.columns.swar_text import MAX_DIGITS, Numbers, TextAtOffsets
from streams.decoding.decoded_values import DecodedValues
from streams.kafka.micro_batch import MicroBatch

if TYPE_CHECKING:
    from uuid import UUID

    from streams.kafka.canonical_batches import CanonicalBatches, Span
_HEADER_NAMES = (LOAD_HEADER, FILE_HEADER, LINE_HEADER)
_LAST_NAME = bytes([len(LINE_HEADER) << 1]) + LINE_HEADER.encode()
_NO_OFFSET = -1
_SEVEN_BITS, _CONTINUED = 0x7F, 0x80
_ONE_BYTE, _TWO_BYTES = 1 << 6, 1 << 13
"""Numbers below take as many bytes in Kafka's zigzag form, if they are not negative."""
_FIXED = 7
"""Bytes before the value besides key and offset delta: length, attributes, timestamp, and both other lengths."""
_DELTA_AT = 4
"""Where the offset delta begins."""


class ValueReader(Protocol):
    """Reads values of one topic."""

    @property
    def opening(self) -> bytes:
        """What each begins with, in the form that our producer writes."""

    def read_at(self, block: bytes, starts: Numbers, ends: Numbers) -> DecodedValues | None:
        """The rows of the values that stand at these places; None if one is not a row."""


@dataclass(frozen=True, slots=True)
class CanonicalRecords:
    """Consecutive records of one file; in place of `RecordColumns`."""

    partition: int
    offsets: range
    values: DecodedValues
    source: Source
    lines: array[int]
    file: str | None

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.offsets)

    def batch(self, topic: str, topic_id: UUID, position: int, next_offset: int) -> MicroBatch:
        """The batch of all of them; see there for the arguments."""
        sources, files = ConstantColumn(self.source, len(self)), ConstantColumn(self.file, len(self))
        return MicroBatch(
            topic,
            self.partition,
            topic_id,
            position,
            next_offset,
            self.offsets,
            self.values,
            sources,
            self.lines,
            files,
        )


class _Shared(NamedTuple):
    """What the first record says of all."""

    source: Source
    file: str | None
    headers: bytes
    """From the value's end to the last header's name."""


class _Places(NamedTuple):
    """Where the parts of each record begin or end."""

    starts: Numbers
    values: Numbers
    value_ends: Numbers
    lines: Numbers
    ends: Numbers


def canonical_records(
    stretch: CanonicalBatches, since: int, partition: int, reader: SourceReader, rows: ValueReader
) -> CanonicalRecords | None:
    """The records of these batches from an offset on, which is one of theirs or before; None if one does not verify.

    Args:
        stretch: the batches.
        since: the offset.
        partition: of the topic.
        reader: of timestamps and headers.
        rows: reads the values, which are rows of the topic's table.
    """
    text = TextAtOffsets(stretch.buffer)
    values = _guessed_values(text, stretch.spans, rows.opening)
    if values is None:
        return None
    value_ends = values + _value_lengths(text, values)
    shared = _shared(stretch, int(value_ends[0]), partition, reader)
    if shared is None:
        return None
    places = _places(text, stretch.spans, values, value_ends, len(shared.headers))
    if not _are_records(text, stretch.spans, places) or not text.all_read(value_ends, shared.headers):
        return None
    lines, digits = text.numbers(places.lines)
    if ((digits == 0) | (digits > MAX_DIGITS) | (places.lines + digits != places.ends)).any():
        return None
    left_out = max(0, since - stretch.first_offset)
    decoded = rows.read_at(stretch.buffer, values[left_out:], value_ends[left_out:])
    if decoded is None:
        return None
    offsets = range(stretch.first_offset + left_out, stretch.next_offset)
    return CanonicalRecords(
        partition, offsets, decoded, shared.source, array("q", lines[left_out:].tobytes()), shared.file
    )


def _guessed_values(text: TextAtOffsets, spans: list[Span], opening: bytes) -> Numbers | None:
    """Where the values may begin; None if there are not as many such places in each batch as it has records.

    A quote inside of a text is escaped, so that no text holds what a value begins with.
    """
    found = text.places_of(opening)
    bounds = np.array([span.first_record for span in spans]), np.array([span.end for span in spans])
    first: Numbers = np.searchsorted(found, bounds[0])
    end: Numbers = np.searchsorted(found, bounds[1])
    if (end - first != [span.record_count for span in spans]).any() or end[-1] - first[0] != (end - first).sum():
        return None
    values: Numbers = found[first[0] : end[-1]]
    return values


def _value_lengths(text: TextAtOffsets, values: Numbers) -> Numbers:
    """What stands before each value, if it is a length of two bytes, otherwise 0."""
    low, high = text.characters_at(values - 2).astype(np.int64), text.characters_at(values - 1).astype(np.int64)
    is_length = (low & (_CONTINUED | 1) == _CONTINUED) & (high < _CONTINUED)
    return np.where(is_length, (low & _SEVEN_BITS | high << 7) >> 1, 0)


def _shared(stretch: CanonicalBatches, value_end: int, partition: int, reader: SourceReader) -> _Shared | None:
    """What aiokafka reads of the first record; None if its headers are not those of our producer."""
    span = stretch.spans[0]
    try:
        record = next(iter(DefaultRecordBatch(memoryview(stretch.buffer)[span.header : span.end])))
    except (CorruptRecordException, ValueError):
        return None
    if tuple(name for name, _ in record.headers) != _HEADER_NAMES:
        return None
    source, line, file = reader.read(record.timestamp, record.headers, partition, _NO_OFFSET)
    text = record.headers[-1][1]
    # Where load or line cannot be read, the offset stands for the line.
    if line == _NO_OFFSET or text is None:
        return None
    headers = _headers(stretch.buffer, span.first_record, value_end, text)
    return None if headers is None else _Shared(source, file, headers)


def _headers(buffer: bytes, start: int, value_end: int, line: bytes) -> bytes | None:
    """The headers of the record up to the last one's name; None if the record is not what it seems."""
    low, high = buffer[start : start + 2]
    headers = buffer[value_end : start + 2 + ((low & _SEVEN_BITS | high << 7) >> 1) - len(line) - 1]
    # Since no byte of the name can be part of a longer number, that of the line's length is the next byte alone.
    return headers if headers.endswith(_LAST_NAME) else None


def _places(text: TextAtOffsets, spans: list[Span], values: Numbers, value_ends: Numbers, header_bytes: int) -> _Places:
    line_lengths = text.characters_at(value_ends + header_bytes)
    lines = value_ends + header_bytes + 1
    ends = lines + (line_lengths >> 1)
    starts = np.empty_like(ends)
    starts[1:] = ends[:-1]
    starts[_firsts(spans)] = [span.first_record for span in spans]
    return _Places(starts, values, value_ends, lines, ends)


def _are_records(text: TextAtOffsets, spans: list[Span], places: _Places) -> bool:
    """Whether the places follow from Kafka's format up to the value, and the last record of each batch ends with it."""
    counts = [span.record_count for span in spans]
    deltas = np.arange(len(places.starts)) - np.repeat(_firsts(spans), counts)
    delta_bytes = 1 + (deltas >= _ONE_BYTE)
    lengths = places.ends - places.starts - 2
    key_lengths = places.values - places.starts - _FIXED - delta_bytes
    line_lengths = places.ends - places.lines
    return bool(
        (places.ends[np.cumsum(counts) - 1] == [span.end for span in spans]).all()
        and ((lengths >= _ONE_BYTE) & (lengths < _TWO_BYTES)).all()
        and ((key_lengths >= 0) & (key_lengths < _ONE_BYTE)).all()
        and (places.value_ends > places.values).all()
        and (text.characters_at(places.lines - 1) == line_lengths << 1).all()
        and (_fronts(text, places.starts, delta_bytes) == _expected_fronts(lengths, deltas, key_lengths)).all()
    )


def _fronts(text: TextAtOffsets, starts: Numbers, delta_bytes: Numbers) -> Numbers:
    """The bytes of each record up to its key's length, the first of them lowest."""
    bits = (_DELTA_AT + delta_bytes + 1) << 3
    return text.words(starts).view(np.int64) & ((1 << bits) - 1)


def _expected_fronts(lengths: Numbers, deltas: Numbers, key_lengths: Numbers) -> Numbers:
    """The length, no attributes, the batch's own timestamp, offset delta and key's length, as a record has them."""
    short = deltas < _ONE_BYTE
    delta = np.where(short, deltas << 1 | key_lengths << 9, _two_bytes(deltas) | key_lengths << 17)
    return _two_bytes(lengths) | delta << (_DELTA_AT << 3)


def _two_bytes(numbers: Numbers) -> Numbers:
    """Zigzag form in two bytes, the first of them lowest."""
    doubled = numbers << 1
    return doubled & _SEVEN_BITS | _CONTINUED | doubled >> 7 << 8


def _firsts(spans: list[Span]) -> Numbers:
    """The number of each batch's first record."""
    return np.cumsum([0, *(span.record_count for span in spans[:-1])])
