"""The records of a compressed Kafka batch unpacked, up to a limit of bytes.

aiokafka unpacks the whole at once: a few kilobytes may come to hundreds of megabytes. Here the output has a buffer of
the greatest size that is accepted; memory of it that is not written to is never taken.

How Kafka uses each codec: https://kafka.apache.org/documentation/#recordbatch and, for snappy's blocks,
https://github.com/xerial/snappy-java (SnappyOutputStream), for lz4's and zstd's frames their own formats.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import IntEnum

import cramjam
import numpy as np
from numpy.typing import NDArray

UNPACKED_LIMIT = 64 * 1024**2
"""Bytes that a batch may hold unpacked. Rows as text compress by ten to twenty, and a batch takes 1 MiB at most by
Kafka's default."""

_XERIAL_MAGIC = b"\x82SNAPPY\x00"
_XERIAL_HEADER = len(_XERIAL_MAGIC) + 8
"""Bytes of it: magic, version and the oldest version that can read it."""
_BLOCK_LENGTH = struct.Struct(">i")
_GZIP = 16 + zlib.MAX_WBITS
"""zlib's number for gzip's header and trailer around a stream of any window."""
_LIKELY_RATIO = 16
"""A small buffer is tried first: one of the greatest size is mapped and unmapped for each batch."""
_FULL = "failed to write whole buffer"
"""What cramjam says of an output that does not hold all."""


class Codec(IntEnum):
    """The lowest three bits of a batch's attributes."""

    NONE = 0
    GZIP = 1
    SNAPPY = 2
    LZ4 = 3
    ZSTD = 4


class UnreadableBatchError(Exception):
    """A batch that arrived as it was written and cannot be read all the same; the text says why."""


def decompressed(codec: int, packed: bytes, limit: int = UNPACKED_LIMIT) -> bytes:
    """The bytes that were compressed.

    Args:
        codec: Kafka's number of it.
        packed: what stands after the batch's header.
        limit: most bytes.

    Raises:
        UnreadableBatchError: they are more, or not what the codec makes, or there is no such codec.
    """
    unpack = _UNPACKING.get(codec)
    if not packed:
        raise UnreadableBatchError("it is compressed and holds nothing")
    if unpack is None:
        raise UnreadableBatchError(f"it is compressed by codec {codec}, which Kafka does not have")
    try:
        return unpack(packed, limit)
    except (cramjam.DecompressionError, zlib.error, struct.error) as error:
        if _FULL in str(error):
            raise _too_large(limit) from error
        raise UnreadableBatchError(f"its {Codec(codec).name.lower()} data cannot be unpacked ({error})") from error


def _gzip(packed: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit
    # More than one stream may follow on each other.
    while packed:
        stream = zlib.decompressobj(_GZIP)
        parts.append(stream.decompress(packed, left + 1))
        left -= len(parts[-1])
        if left < 0:
            raise _too_large(limit)
        if not stream.eof:
            raise zlib.error("it ends too early")
        packed = stream.unused_data
    return b"".join(parts)


def _snappy(packed: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit
    for block in _snappy_blocks(packed):
        # The length stands at the block's beginning; cramjam makes a buffer of it.
        length = cramjam.snappy.decompress_raw_len(block)
        left -= length
        if left < 0:
            raise _too_large(limit)
        parts.append(_into(cramjam.snappy.decompress_raw_into, block, length))
    return b"".join(parts)


def _snappy_blocks(packed: bytes) -> Iterator[bytes]:
    """The blocks of Java's client, or the one block of the others."""
    if not packed.startswith(_XERIAL_MAGIC):
        yield packed
        return
    start = _XERIAL_HEADER
    while start < len(packed):
        (length,) = _BLOCK_LENGTH.unpack_from(packed, start)
        start += _BLOCK_LENGTH.size
        if not 0 < length <= len(packed) - start:
            left = len(packed) - start
            raise UnreadableBatchError(f"its snappy data has a block of {length} bytes where {left} are left")
        yield packed[start : start + length]
        start += length


def _lz4(packed: bytes, limit: int) -> bytes:
    return _frames(cramjam.lz4.decompress_into, packed, limit)


def _zstd(packed: bytes, limit: int) -> bytes:
    return _frames(cramjam.zstd.decompress_into, packed, limit)


def _frames(decompress: Callable[[bytes, NDArray[np.uint8]], int], packed: bytes, limit: int) -> bytes:
    likely = len(packed) * _LIKELY_RATIO
    if likely < limit:
        with suppress(cramjam.DecompressionError):
            return _into(decompress, packed, likely)
    return _into(decompress, packed, limit)


def _into(decompress: Callable[[bytes, NDArray[np.uint8]], int], packed: bytes, most: int) -> bytes:
    output: NDArray[np.uint8] = np.empty(most, np.uint8)
    unpacked: bytes = output[: decompress(packed, output)].tobytes()
    return unpacked


def _too_large(limit: int) -> UnreadableBatchError:
    return UnreadableBatchError(f"it holds more than {limit:,} bytes unpacked, the most that is read of one batch")


_UNPACKING: dict[int, Callable[[bytes, int], bytes]] = {
    Codec.GZIP: _gzip,
    Codec.SNAPPY: _snappy,
    Codec.LZ4: _lz4,
    Codec.ZSTD: _zstd,
}
