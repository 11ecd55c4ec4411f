from __future__ import annotations

import pytest
from aiokafka.codec import gzip_decode, lz4_decode, snappy_decode, zstd_decode

from models.kafka_format.codecs import Codec

DECODERS = {Codec.GZIP: gzip_decode, Codec.SNAPPY: snappy_decode, Codec.LZ4: lz4_decode, Codec.ZSTD: zstd_decode}


def test_the_numbers_are_kafkas() -> None:
    assert [codec.number for codec in Codec] == [0, 1, 2, 3, 4]
    assert [codec.value for codec in Codec] == ["none", "gzip", "snappy", "lz4", "zstd"]


@pytest.mark.parametrize("records", [b"x", b"record " * 50_000])
@pytest.mark.parametrize("codec", list(DECODERS))
def test_what_is_compressed_is_read_by_another_client(codec: Codec, records: bytes) -> None:
    assert DECODERS[codec](codec.compressed(records)) == records
