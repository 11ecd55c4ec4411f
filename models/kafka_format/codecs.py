"""How the records of Kafka's batches may be compressed: https://kafka.apache.org/documentation/#recordbatch."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from enum import StrEnum

import cramjam
import zstandard

_FAST = 1
"""Level of gzip, lz4 and zstd: higher ones take several times the time and make the records a tenth smaller."""
_GZIP_FORM = 31
"""zlib's number for a gzip header and the greatest window."""


class Codec(StrEnum):
    """Kafka's own names."""

    NONE = "none"
    GZIP = "gzip"
    SNAPPY = "snappy"
    LZ4 = "lz4"
    ZSTD = "zstd"

    @property
    def number(self) -> int:
        """As a batch's attributes say it."""
        return list(Codec).index(self)

    def compressed(self, records: bytes) -> bytes:
        """The records in the codec's form; as they are for NONE."""
        encode = _ENCODERS.get(self)
        return encode(records) if encode else records


def _gzip(records: bytes) -> bytes:
    compressor = zlib.compressobj(_FAST, wbits=_GZIP_FORM)
    return compressor.compress(records) + compressor.flush()


def _snappy(records: bytes) -> bytes:
    # Here and not above: this imports all of aiokafka, and every command reads settings, which name codecs.
    from aiokafka.codec import snappy_encode  # noqa: PLC0415

    compressed: bytes = snappy_encode(records)
    return compressed


def _lz4(records: bytes) -> bytes:
    # Brokers read no blocks that depend on those before.
    compressor = cramjam.lz4.Compressor(level=_FAST, content_checksum=False, block_linked=False)
    compressor.compress(records)
    return bytes(compressor.finish())


_ENCODERS: Mapping[Codec, Callable[[bytes], bytes]] = {
    Codec.GZIP: _gzip,
    Codec.SNAPPY: _snappy,
    Codec.LZ4: _lz4,
    Codec.ZSTD: zstandard.ZstdCompressor(level=_FAST).compress,
}
