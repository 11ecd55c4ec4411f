"""Whether Kafka's batches are as they were written: looked at as they arrive, before anything trusts them.

A batch that is not, by a faulty disk most often, cannot be read, and what stands in it is not known: a partition stops
before the first one. What is wrong with a batch that is as it was written is another matter: see
`streams.kafka.unpack`.

The form of a batch: https://kafka.apache.org/documentation/#recordbatch
"""

from __future__ import annotations

from typing import NamedTuple

import google_crc32c

from models.kafka_format.batch_header import HEADER_BYTES, MAGIC, NOT_IN_CHECKSUM, NOT_IN_LENGTH, BatchHeader

_MAGIC_AT = 16
"""Where a batch's format stands in it."""
_OFFSET_BYTES = 8
_LEAST_LENGTH = HEADER_BYTES - NOT_IN_LENGTH


class Damage(NamedTuple):
    """Why a partition cannot be read on."""

    offset: int
    """Of the first record that cannot be read."""
    reason: str
    next_offset: int
    """Where reading may go on: as far as can be known, at the first batch after it that is sound."""


class Screened(NamedTuple):
    """What may be used of one partition's fetch."""

    sound: bytes
    """Whole batches, as they were written."""
    damage: Damage | None
    """What stands at the very beginning, if that is not sound; what stands later shows when it is fetched first."""


def screened(fetched: bytes, position: int, end: int) -> Screened:
    """Look through a partition's fetch, up to the first batch that is not sound or not whole.

    Args:
        fetched: batches, the last one perhaps cut off.
        position: the offset that was fetched from.
        end: the offset after the partition's last record.
    """
    first = 0
    if fetched and (fault := _fault(fetched, 0, position, end)) is not None:
        at, next_offset = _next_sound(fetched, position, end)
        if next_offset != position:
            return Screened(b"", Damage(position, fault, next_offset))
        # Kafka begins with a batch that was passed over, if that claims to hold this offset as well.
        first = at
    return Screened(fetched[first : _end_of_sound(fetched, first, position, end)], None)


def _end_of_sound(fetched: bytes, start: int, expected: int, end: int) -> int:
    while start < len(fetched) and _fault(fetched, start, expected, end) is None:
        header = BatchHeader.read(fetched, start)
        start += NOT_IN_LENGTH + header.length
        expected = header.base_offset + header.last_offset_delta + 1
    return start


def _fault(fetched: bytes, start: int, expected: int, end: int) -> str | None:
    """What is wrong with the batch that begins there; None: it is sound.

    The checksum covers neither offset nor length nor format.
    """
    left = len(fetched) - start
    if left < HEADER_BYTES:
        return f"Kafka sends {left} bytes, and a batch has {HEADER_BYTES} at least"
    header = BatchHeader.read(fetched, start)
    if not _LEAST_LENGTH <= header.length <= left - NOT_IN_LENGTH:
        return f"its length is given as {header.length}, and {left - NOT_IN_LENGTH} bytes are there"
    if header.magic != MAGIC:
        return f"its format is given as {header.magic}, and {MAGIC} is Kafka's"
    if google_crc32c.value(fetched[start + NOT_IN_CHECKSUM : start + NOT_IN_LENGTH + header.length]) != header.checksum:
        return "its checksum is wrong"
    if header.last_offset_delta < 0 or not expected <= header.base_offset + header.last_offset_delta < end:
        last = header.base_offset + header.last_offset_delta
        return f"its offsets are given as {header.base_offset} to {last}, and one from {expected} to {end - 1} is due"
    return None


def _next_sound(fetched: bytes, position: int, end: int) -> tuple[int, int]:
    """Where the next sound batch begins, and its first offset.

    Without one: what the damaged batch says of its last offset, if that can be so, or the partition's end.
    """
    at = fetched.find(MAGIC, _MAGIC_AT + 1)
    while at >= 0:
        start = at - _MAGIC_AT
        base_offset = int.from_bytes(fetched[start : start + _OFFSET_BYTES], "big", signed=True)
        if position <= base_offset < end and _fault(fetched, start, base_offset, end) is None:
            return start, base_offset
        at = fetched.find(MAGIC, at + 1)
    if len(fetched) >= HEADER_BYTES:
        header = BatchHeader.read(fetched, 0)
        if header.base_offset <= position <= header.base_offset + header.last_offset_delta < end:
            return len(fetched), header.base_offset + header.last_offset_delta + 1
    return len(fetched), end
