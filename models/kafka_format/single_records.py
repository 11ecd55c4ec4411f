"""A record in Kafka's binary form, by itself: `models.kafka_format.record_columns` makes many at once."""

from __future__ import annotations

from typing import Final

_ATTRIBUTES_AND_TIMESTAMP: Final = b"\x00\x00"
"""No attributes, and the batch's own timestamp."""
_REMEMBERED: Final = 1 << 14
_SEVEN_BITS: Final = 0x7F


class _Varints(dict[int, bytes]):
    """Zigzag variable-length integers by number; the smaller ones are remembered.

    See https://protobuf.dev/programming-guides/encoding/#signed-ints.
    """

    def __missing__(self, number: int) -> bytes:
        rest = number << 1 if number >= 0 else (-number << 1) - 1
        encoded = bytearray()
        while rest > _SEVEN_BITS:
            encoded.append(rest & _SEVEN_BITS | 0x80)
            rest >>= 7
        encoded.append(rest)
        if number < _REMEMBERED:
            self[number] = bytes(encoded)
        return bytes(encoded)


VARINTS: Final = _Varints()
_NO_VALUE: Final = VARINTS[-1]


def encoded_record(before: int, key: bytes, value: bytes | None, headers: bytes) -> bytes:
    """The record.

    Args:
        before: how many records its batch holds before it.
        key: of the record.
        value: None for a record without value.
        headers: as they stand in the record, their number included.
    """
    body = b"%b%b%b%b%b%b%b" % (
        _ATTRIBUTES_AND_TIMESTAMP,
        VARINTS[before],
        VARINTS[len(key)],
        key,
        _NO_VALUE if value is None else VARINTS[len(value)],
        value or b"",
        headers,
    )
    return VARINTS[len(body)] + body
