"""Compressed streams, told by their first bytes and unpacked as they are read."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import Protocol

import zstandard

from producers.errors import UnreadableSourceError

PACKED_SUFFIXES = (".gz", ".zst", ".zip")
"""What the names of packed files end in. Only the first bytes say whether a file is one."""
_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MAGIC_BYTES = 4
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, zstandard.ZstdError)


class ByteStream(Protocol):
    """Bytes in order."""

    def read1(self, size: int = -1, /) -> bytes:
        """At most so many bytes, as soon as there are some; none at the end."""


def is_archive(stream: BufferedReader) -> bool:
    """Whether a zip archive begins here."""
    return _magic(stream) in _ZIP


@contextmanager
def unpacked(stream: BufferedReader) -> Iterator[ByteStream]:
    """The stream's content, whether it is compressed by gzip, by zstandard or not at all.

    Raises:
        UnreadableSourceError: it is an archive; or, while reading: what is compressed is damaged, or cut off.
    """
    magic = _magic(stream)
    if magic.startswith(_GZIP):
        with gzip.GzipFile(fileobj=stream) as content:
            yield Unpacked(content)
    elif magic in _ZIP:
        raise UnreadableSourceError("it is a zip archive, which cannot be read from here: unzip it first")
    elif magic == _ZSTANDARD:
        # Memory stays bounded: the library refuses a frame that asks for a window of more than 128 MiB.
        with zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True, closefd=False) as frames:
            yield Unpacked(frames)
    else:
        yield Unpacked(stream)


class Unpacked:
    """A stream that tells of damage by an error of ours."""

    def __init__(self, content: ByteStream) -> None:
        """Take the stream."""
        self._content = content

    def read1(self, size: int = -1, /) -> bytes:
        """At most so many bytes, none at the end."""
        try:
            return self._content.read1(size)
        except _DAMAGE as error:
            raise _damaged(error) from error


def _magic(stream: BufferedReader) -> bytes:
    try:
        return stream.peek(_MAGIC_BYTES)[:_MAGIC_BYTES]
    except _DAMAGE as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> UnreadableSourceError:
    return UnreadableSourceError(f"what is compressed is damaged or cut off: {error}")
