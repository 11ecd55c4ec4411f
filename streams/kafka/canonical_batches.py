"""Kafka batches as they were fetched, before anything unpacks them: which of them may be read by columns.

The form of a batch's header: https://kafka.apache.org/documentation/#recordbatch
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import google_crc32c

from models.kafka_format.batch_header import (
    CODEC,
    HEADER_BYTES,
    LOG_APPEND_TIME,
    MAGIC,
    NOT_IN_CHECKSUM,
    NOT_IN_LENGTH,
    PLAIN,
    BatchHeader,
)
from streams.kafka.aiokafka_adapter import at_hand
from streams.kafka.decompression import UnreadableBatchError, decompressed

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
class CanonicalBatches:
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

    def decompressed(self, most_bytes: int) -> CanonicalBatches | None:
        """The same batches with their records as they are, up to about so many bytes of those that were compressed.

        Returns:
            The batches, one at least; those that were not compressed as they stand, without a copy, if all are. None if
            one cannot be decompressed, or has another form.
        """
        headers = [BatchHeader.read(self.buffer, span.header) for span in self.spans]
        if not any(header.attributes & CODEC for header in headers):
            return self
        parts: list[bytes] = []
        spans: list[Span] = []
        end = 0
        for span, header in zip(self.spans, headers, strict=True):
            records = _decompressed(self.buffer[span.first_record : span.end], header.attributes & CODEC)
            if records is None:
                return None
            plain = header._replace(
                attributes=header.attributes & ~CODEC, length=HEADER_BYTES - NOT_IN_LENGTH + len(records)
            )
            parts += (plain.encoded(), records)
            spans.append(Span(end, end + HEADER_BYTES, end + HEADER_BYTES + len(records), span.record_count))
            end = spans[-1].end
            if end >= most_bytes:
                break
        return CanonicalBatches(b"".join(parts), spans, self.first_offset)


def _decompressed(records: bytes, codec: int) -> bytes | None:
    try:
        return decompressed(codec, records) if codec else records
    except UnreadableBatchError:
        # Who reads one by one reports it.
        return None


def first_canonical_batches(records: Any, most: int) -> CanonicalBatches | None:  # noqa: ANN401  # aiokafka's MemoryRecords
    """The next batches of a fetch, up to about so many records; None if the very next one is not plain.

    Nothing is taken out of the fetch.
    """
    found = at_hand(records)
    if found is None:
        return None
    buffer, start = found
    spans: list[Span] = []
    first: tuple[int, int] | None = None
    total = 0
    for span, base_offset, published_ms in _plain_batches(buffer, start):
        first = first or (base_offset, published_ms)
        if (base_offset - total, published_ms) != first or total >= most:
            break
        spans.append(span)
        total += span.record_count
    return CanonicalBatches(buffer, spans, first[0]) if first else None


def _plain_batches(buffer: bytes, start: int) -> Iterator[tuple[Span, int, int]]:
    """The batches up to the first one that is not plain or not whole, with base offset and time of publication."""
    while start + HEADER_BYTES <= len(buffer):
        header = BatchHeader.read(buffer, start)
        span = Span(start, start + HEADER_BYTES, start + NOT_IN_LENGTH + header.length, header.record_count)
        if not _is_plain(header) or not span.first_record < span.end <= len(buffer):
            return
        is_appended = header.attributes & LOG_APPEND_TIME
        yield span, header.base_offset, header.greatest_timestamp if is_appended else header.first_timestamp
        start = span.end


def _is_plain(header: BatchHeader) -> bool:
    return (
        header.magic == MAGIC
        and header.attributes & ~(CODEC | LOG_APPEND_TIME) == PLAIN
        and header.last_offset_delta == header.record_count - 1
        and 0 < header.record_count <= MAX_RECORDS
    )
