from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest
from aiokafka import codec
from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.decompression import Codec, UnreadableBatchError, decompressed

MEGABYTE = 1024**2
ENCODERS: dict[Codec, Callable[[bytes], bytes]] = {
    Codec.GZIP: codec.gzip_encode,
    Codec.SNAPPY: codec.snappy_encode,
    Codec.LZ4: codec.lz4_encode,
    Codec.ZSTD: codec.zstd_encode,
}
by_codec = st.sampled_from(list(ENCODERS))


def one_block(text: bytes) -> bytes:
    """Snappy as librdkafka writes it."""
    return bytes(codec.snappy_encode(text, xerial_compatible=False))


@given(by_codec, st.binary(max_size=200_000).map(lambda text: text * 3))
def test_what_was_compressed_comes_back(number: Codec, text: bytes) -> None:
    assert decompressed(number, ENCODERS[number](text), 1 << 20) == text


@given(st.binary(min_size=1))
def test_snappy_in_one_block_comes_back(text: bytes) -> None:
    assert decompressed(Codec.SNAPPY, one_block(text)) == text


@pytest.mark.parametrize("number", ENCODERS)
def test_up_to_the_limit_is_read_and_not_a_byte_more(number: Codec) -> None:
    packed = ENCODERS[number](bytes(100_000))
    assert decompressed(number, packed, 100_000) == bytes(100_000)
    with pytest.raises(UnreadableBatchError, match="more than 99,999 bytes"):
        decompressed(number, packed, 99_999)


@pytest.mark.parametrize("encode", [*ENCODERS.values(), one_block])
def test_a_bomb_takes_no_more_memory_than_the_limit(encode: Callable[[bytes], bytes]) -> None:
    number = next((each for each, encoder in ENCODERS.items() if encoder is encode), Codec.SNAPPY)
    packed = bytes(encode(bytes(100 * MEGABYTE)))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableBatchError, match="unpacked"):
            decompressed(number, packed, 10 * MEGABYTE)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 25 * MEGABYTE


@given(st.integers(1, 7), st.binary(max_size=500))
def test_bytes_that_no_codec_made_are_unreadable_or_unpacked_within_the_limit(number: int, packed: bytes) -> None:
    try:
        assert len(decompressed(number, packed, 1000)) <= 1000
    except UnreadableBatchError as error:
        assert str(error)  # noqa: PT017  # either may come


# Snappy for Java has no end: of what ends between two blocks the records are told to be too few.
@given(st.sampled_from([Codec.GZIP, Codec.LZ4, Codec.ZSTD]), st.data())
def test_what_is_cut_off_is_unreadable(number: Codec, data: st.DataObject) -> None:
    packed = ENCODERS[number](b"some text, some more text" * 20)
    with pytest.raises(UnreadableBatchError):
        decompressed(number, packed[: data.draw(st.integers(0, len(packed) - 17))])
