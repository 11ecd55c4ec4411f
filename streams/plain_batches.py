"""Kafka batches as they were fetched, before anything unpacks them: which of them may be read by columns.

The form of a batch's header: https://kafka.apache.org/documentation/#recordbatch
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import google_crc32c

from models.batch_header import HEADER_BYTES, MAGIC, NOT_IN_CHECKSUM, NOT_IN_LENGTH, PLAIN, BatchHeader

MAX_RECORDS = ord("{") << 6
"""Of one batch. From there on an offset delta may hold the character that values are found by."""


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
            google_crc32c.value(self.buffer[span.header + NOT_IN_CHECKSUM : span.end])
            == BatchHeader.read(self.buffer, span.header).checksum
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
    while start + HEADER_BYTES <= len(buffer):
        header = BatchHeader.read(buffer, start)
        span = Span(start, start + HEADER_BYTES, start + NOT_IN_LENGTH + header.length, header.record_count)
        if not _is_plain(header) or not span.first_record < span.end <= len(buffer):
            return
        yield span, header.base_offset, header.first_timestamp
        start = span.end


def _is_plain(header: BatchHeader) -> bool:
    return (
        header.magic == MAGIC
        and header.attributes == PLAIN
        and header.last_offset_delta == header.record_count - 1
        and 0 < header.record_count <= MAX_RECORDS
    )
