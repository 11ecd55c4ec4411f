import bz2
import collections
import gzip
import lzma
from collections.abc import Callable
from io import BufferedReader, BytesIO
from typing import cast

import pytest
import zstandard

from producers.errors import UnreadableSourceError
from producers.sources.compression import is_archive, unpacked

CONTENT = b"compound_id,compound_name\n" * 10_000


def stream_of(content: bytes) -> BufferedReader:
    return cast(BufferedReader, BufferedReader(BytesIO(content)))


def read(content: bytes) -> bytes:
    with unpacked(stream_of(content)) as stream:
        return b"".join(iter(lambda: stream.read1(1000), b""))


@pytest.mark.parametrize(
    "packed",
    [
        CONTENT,
        gzip.compress(CONTENT),
        gzip.compress(CONTENT[:999]) + gzip.compress(CONTENT[999:]),
        bz2.compress(CONTENT),
        bz2.compress(CONTENT[:999]) + bytes(3) + bz2.compress(CONTENT[999:]) + bytes(99),
        bz2.compress(b"") + bz2.compress(CONTENT),
        lzma.compress(CONTENT),
        lzma.compress(CONTENT[:999]) + bytes(4) + lzma.compress(CONTENT[999:]),
        zstandard.compress(CONTENT),
        zstandard.compress(CONTENT[:999]) + zstandard.compress(CONTENT[999:]),
    ],
    ids=[
        *("plain", "gzip", "gzip in parts", "bzip2", "bzip2 in parts", "bzip2 of nothing first", "xz", "xz in parts"),
        *("zstandard", "zstandard in parts"),
    ],
)
def test_what_is_packed_is_told_by_its_first_bytes(packed: bytes) -> None:
    assert read(packed) == CONTENT


PACKS = pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])


@PACKS
def test_damage_is_an_error(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(CONTENT)
    middle = len(packed) // 2
    with pytest.raises(UnreadableSourceError, match="damaged or cut off"):
        read(packed[:middle] + b"\x00" * 9 + packed[middle + 9 :])


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_what_stands_behind_and_is_not_compressed_is_an_error(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UnreadableSourceError, match="damaged or cut off"):
        read(pack(CONTENT) + b"rows")


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_what_is_cut_off_is_an_error(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UnreadableSourceError, match="damaged or cut off"):
        read(pack(CONTENT)[:-1])


def test_a_file_that_asks_for_too_much_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 256 * 1024 * 1024}]
    with pytest.raises(UnreadableSourceError, match=r"[Mm]emory"):
        read(lzma.compress(CONTENT, filters=filters))


def test_a_gzip_file_that_is_cut_off_is_an_error_after_what_could_be_read() -> None:
    with unpacked(stream_of(gzip.compress(CONTENT)[:-4])) as stream:
        given = b"".join(stream.read1(1000) for _ in range(len(CONTENT) // 1000))
        assert CONTENT.startswith(given)
        with pytest.raises(UnreadableSourceError):
            collections.deque(iter(lambda: stream.read1(1000), b""), maxlen=0)


@pytest.mark.parametrize(
    ("content", "is_one"), [(b"PK\x03\x04x", True), (b"PK\x05\x06", True), (b"PK", False), (b"", False)]
)
def test_an_archive_is_told_by_its_first_bytes(content: bytes, is_one: bool) -> None:  # noqa: FBT001
    assert is_archive(stream_of(content)) is is_one
