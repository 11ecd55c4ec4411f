"""Compressed streams, recognised by their first bytes and unpacked as they are read."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BufferedReader
from typing import Protocol

import zstandard

from producers.errors import UnreadableSourceError

COMPRESSED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
"""What the names of compressed files end in. Only the first bytes say whether a file is one."""
PACKED_SUFFIXES = (*COMPRESSED_SUFFIXES, ".zip")
_GZIP = b"\x1f\x8b"
_BZIP2 = (b"BZh", b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90")
"""What begins it, and what follows on its level, a digit: a block, or the end of an empty stream."""
_XZ = b"\xfd7zXZ\x00"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MAGIC_BYTES = 10
_BLOCK = 64 * 1024
_MEMORY = 128 * 1024 * 1024
"""Bytes that unpacking may take: twice what `xz -9` asks for, and what zstandard's library allows by itself."""
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, zstandard.ZstdError)


class ByteStream(Protocol):
    """A stream of bytes that is read from start to end."""

    def read1(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, as soon as there are some; none at the end."""


def is_archive(stream: BufferedReader) -> bool:
    """Whether a zip archive begins here."""
    return _magic(stream).startswith(_ZIP)


@contextmanager
def unpacked(stream: BufferedReader) -> Iterator[ByteStream]:
    """The stream's content, whether it is compressed by gzip, bzip2, xz, zstandard or not at all.

    Raises:
        UnreadableSourceError: it is an archive; or, while reading: what is compressed is damaged, or cut off.
    """
    magic = _magic(stream)
    if magic.startswith(_GZIP):
        with gzip.GzipFile(fileobj=stream) as content:
            yield Unpacked(content)
    elif magic.startswith(_ZIP):
        raise UnreadableSourceError("it is a zip archive, which cannot be read from here: unzip it first")
    elif _is_bzip2(magic):
        yield _Streams(stream, bz2.BZ2Decompressor)
    elif magic.startswith(_XZ):
        yield _Streams(stream, partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, memlimit=_MEMORY))
    elif magic.startswith(_ZSTANDARD):
        # Memory stays bounded: the library refuses a frame that asks for a window of more than 128 MiB.
        with zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True, closefd=False) as frames:
            yield Unpacked(frames)
    else:
        yield Unpacked(stream)


class Unpacked:
    """A stream that reports damage by an error of ours."""

    def __init__(self, content: ByteStream) -> None:
        """Take the stream to read from."""
        self._content = content

    def read1(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; none at the end."""
        try:
            return self._content.read1(size)
        except _DAMAGE as error:
            raise _damaged(error) from error


class _Decompressor(Protocol):
    """What the standard library unpacks one stream with."""

    @property
    def eof(self) -> bool:
        """Whether the stream's end was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether there is nothing more to give before more is taken."""

    @property
    def unused_data(self) -> bytes:
        """What was taken that stands behind the stream's end."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Decompress data, to a limited number of bytes at once."""


class _Streams:
    """Compressed streams, one behind the other, as one.

    Not by bz2.BZ2File and lzma.LZMAFile: they end without an error at what is not a stream, and the
    latter takes as much memory as a file asks for.
    """

    def __init__(self, packed: BufferedReader, new: Callable[[], _Decompressor]) -> None:
        """Take what is compressed, and what unpacks one stream of it."""
        self._packed = packed
        self._new = new
        self._stream: _Decompressor | None = None
        self._input = b""

    def read1(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; none at the end."""
        while True:
            if self._stream is None and not self._begins_another():
                return b""
            if data := self._unpacked(size):
                return data

    def _begins_another(self) -> bool:
        """Whether there is a stream more; zeros between streams are passed over."""
        while not self._input:
            block = self._packed.read1(_BLOCK)
            if not block:
                return False
            self._input = block.lstrip(b"\x00")
        self._stream = self._new()
        return True

    def _unpacked(self, size: int) -> bytes:
        """What the stream gives next; nothing once it is at its end, or when it must take more to give more."""
        stream = self._stream
        assert stream is not None  # noqa: S101
        if stream.needs_input and not self._input:
            self._input = self._packed.read1(_BLOCK)
            if not self._input:
                raise _damaged(EOFError("it ends before its end"))
        taken, self._input = self._input, b""
        try:
            data = stream.decompress(taken, size)
        except (OSError, EOFError, lzma.LZMAError) as error:
            raise _damaged(error) from error
        if stream.eof:
            self._input = stream.unused_data.lstrip(b"\x00")
            self._stream = None
        return data


def _is_bzip2(magic: bytes) -> bool:
    name, *after = _BZIP2
    level, rest = magic[3:4], magic[4:]
    return magic.startswith(name) and level.isdigit() and any(begin.startswith(rest) for begin in after)


def _magic(stream: BufferedReader) -> bytes:
    try:
        return stream.peek(_MAGIC_BYTES)[:_MAGIC_BYTES]
    except _DAMAGE as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> UnreadableSourceError:
    return UnreadableSourceError(f"what is compressed is damaged or cut off: {error}")
