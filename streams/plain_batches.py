"""Kafka batches as they were fetched, before anything unpacks them: which of them may be read by columns.

The form of a batch's header: https://kafka.apache.org/documentation/#recordbatch
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import google_crc32c

MAX_RECORDS = ord("{") << 6
"""Of one batch. From there on an offset delta may hold the character that values are found by."""
_HEADER = struct.Struct(">qiibIhiqqqhii")
"""Base offset, length of what follows it, leader epoch, magic, checksum of what follows it, attributes, last offset
delta, first and greatest timestamp, producer's id, epoch and sequence, number of records."""
_NOT_IN_LENGTH = 12
"""Bytes of base offset and length."""
_NOT_IN_CHECKSUM = 21
_MAGIC = 2
_PLAIN = 0
"""Attributes: neither compressed nor a control batch nor of a transaction, timestamps of the producer."""


class Span(NamedTuple):
    """Where one batch stands in what was fetched."""

    header: int
    """Where it begins."""
    first_record: int
    """Where it begins."""
    end: int
    record_count: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive batches without gaps in their offsets, of one time of publication; one at least."""

    buffer: bytes
    spans: list[Span]
    first_offset: int

    @property
    def next_offset(self) -> int:
        """The offset after the last record."""
        return self.first_offset + sum(span.record_count for span in self.spans)

    def are_checksums_right(self) -> bool:
        """Whether no batch was damaged on its way."""
        # The same as aiokafka's validate_crc, by the processor's instruction.
        return all(
            google_crc32c.value(self.buffer[span.header + _NOT_IN_CHECKSUM : span.end])
            == _HEADER.unpack_from(self.buffer, span.header)[4]
            for span in self.spans
        )


def first_stretch(records: Any, most: int) -> Stretch | None:  # noqa: ANN401  # aiokafka's MemoryRecords
    """The next batches of a fetch, up to about so many records; None if the very next one is not plain.

    Nothing is taken out of the fetch.
    """
    at_hand = _at_hand(records)
    if at_hand is None:
        return None
    buffer, start = at_hand
    spans: list[Span] = []
    first: tuple[int, int] | None = None
    total = 0
    for span, base_offset, published_ms in _plain_batches(buffer, start):
        first = first or (base_offset, published_ms)
        if (base_offset - total, published_ms) != first or total >= most:
            break
        spans.append(span)
        total += span.record_count
    return Stretch(buffer, spans, first[0]) if first else None


def _at_hand(records: Any) -> tuple[bytes, int] | None:  # noqa: ANN401  # as above
    """All bytes of a fetch, and where its next batch begins; None if aiokafka does not tell.

    What was fetched is no attribute that Python sees, but it is a part of the state that is pickled.
    """
    try:
        state = records.__reduce__()
    except TypeError:
        return None
    match state:
        case (_, _, (bytes() as buffer, int() as start)):
            return buffer, start
    return None


def _plain_batches(buffer: bytes, start: int) -> Iterator[tuple[Span, int, int]]:
    """The batches up to the first one that is not plain or not whole, with base offset and time of publication."""
    while start + _HEADER.size <= len(buffer):
        base_offset, length, _, magic, _, attributes, last_delta, published_ms, *_, count = _HEADER.unpack_from(
            buffer, start
        )
        span = Span(start, start + _HEADER.size, start + _NOT_IN_LENGTH + length, count)
        is_plain = magic == _MAGIC and attributes == _PLAIN and last_delta == count - 1 and 0 < count <= MAX_RECORDS
        if not is_plain or not span.first_record < span.end <= len(buffer):
            return
        yield span, base_offset, published_ms
        start = span.end
