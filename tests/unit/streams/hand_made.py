"""Record batches made by hand, as no client makes them."""

from __future__ import annotations

from models.kafka_format.batch_header import HEADER_BYTES, MAGIC, BatchHeader
from tests.unit.streams.kafka.fetches import sealed


def varint(number: int) -> bytes:
    """Zigzag form of variable length."""
    rest, encoded = (number << 1) ^ (number >> 63), bytearray()
    while rest > 0x7F:
        encoded.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes(encoded) + bytes([rest])


def record_of(value: bytes, offset_delta: int = 0) -> bytes:
    """A record without key and headers."""
    front = b"\x00" + varint(0) + varint(offset_delta) + varint(-1) + varint(len(value))
    return varint(len(front) + len(value) + 1) + front + value + b"\x00"


def compressed_batch(
    codec: int, packed: bytes, count: int, *, base_offset: int = 0, last_offset_delta: int | None = None
) -> bytes:
    """A batch with its right checksum, whatever is in it."""
    last = count - 1 if last_offset_delta is None else last_offset_delta
    header = BatchHeader(
        base_offset, len(packed) + HEADER_BYTES, -1, MAGIC, 0, codec, last, 1000, 1000, -1, -1, -1, count
    )
    return sealed(header.encoded() + packed)
