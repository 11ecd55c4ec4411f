"""The header of Kafka's record batches, magic 2: https://kafka.apache.org/documentation/#recordbatch."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

import google_crc32c

MAGIC = 2
PLAIN = 0
"""Attributes: neither compressed nor a control batch nor of a transaction, timestamps of the producer."""
CODEC = 0x07
"""The attributes that say how the records are compressed."""
LOG_APPEND_TIME = 0x08
"""The attribute of a batch all of whose records have its greatest timestamp: that of the broker."""
NOT_IN_LENGTH = 12
"""Bytes of base offset and length, which the length does not count."""
NOT_IN_CHECKSUM = 21
"""Bytes up to the checksum's end, which it does not cover."""
NO_PRODUCER = (-1, -1, -1)

_HEADER = struct.Struct(">qiibIhiqqqhii")
_COVERED = struct.Struct(">hiqqqhii")
"""What the checksum covers of it."""
_NO_EPOCH = -1
HEADER_BYTES = _HEADER.size

ProducerState: TypeAlias = tuple[int, int, int]
"""A producer's id, epoch and sequence number."""


class BatchHeader(NamedTuple):
    """What stands in it, in this order."""

    base_offset: int
    length: int
    leader_epoch: int
    magic: int
    checksum: int
    attributes: int
    last_offset_delta: int
    first_timestamp: int
    greatest_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    record_count: int

    @staticmethod
    def read(buffer: bytes, start: int) -> BatchHeader:
        """The header that begins there; HEADER_BYTES must be left."""
        return BatchHeader._make(_HEADER.unpack_from(buffer, start))

    def encoded(self) -> bytes:
        """The header's bytes."""
        return _HEADER.pack(*self)


def encoded_header(
    records: Iterable[bytes], count: int, published_ms: int, producer: ProducerState, attributes: int = PLAIN
) -> bytes:
    """The header of a batch.

    Args:
        records: encoded already, and compressed if the attributes say so, in parts.
        count: how many they are.
        published_ms: timestamp of all of them.
        producer: NO_PRODUCER if it is not idempotent.
        attributes: the codec's number, or PLAIN.
    """
    covered = (attributes, count - 1, published_ms, published_ms, *producer, count)
    checksum, size = google_crc32c.value(_COVERED.pack(*covered)), HEADER_BYTES
    for part in records:
        checksum = google_crc32c.extend(checksum, part)
        size += len(part)
    return _HEADER.pack(0, size - NOT_IN_LENGTH, _NO_EPOCH, MAGIC, checksum, *covered)
