"""A file's bytes, counted and digested as they are read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple, Protocol

from producers.sources.source import Source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_DIGEST_BYTES = 32
_BLOCK = 256 * 1024


class Readable(Protocol):
    """Bytes that can be read into a buffer."""

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        """Fill a part of the buffer; return how much, 0 at the end."""


class Digest(NamedTuple):
    """What was read of a file up to now."""

    size: int
    """The number of bytes."""
    digest: str
    """Of these bytes: BLAKE2b-256 in hexadecimal digits."""


class HashedBytes(io.RawIOBase):
    """Another stream, which can be asked at any time what was read up to now. Closing it leaves the other open."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._hash = blake2b(digest_size=_DIGEST_BYTES)
        self.size = 0
        """Bytes read up to now."""
        self.at_end = False
        """Whether all of it was read."""

    def buffered(self) -> io.BufferedReader:
        """A reader of this stream in large blocks."""
        return io.BufferedReader(self, _BLOCK)

    @property
    def measure(self) -> Digest:
        """Size and digest of what was read up to now."""
        return Digest(self.size, self._hash.hexdigest())

    def readable(self) -> bool:
        """Always: this stream is for reading."""
        return True

    def tell(self) -> int:
        """How many bytes were read."""
        return self.size

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        """Read once, as the other file does."""
        count = self._stream.readinto(buffer)
        if count:
            self._hash.update(memoryview(buffer)[:count])
            self.size += count
        elif count == 0:
            self.at_end = True
        return count


class HashedSource:
    """A source that is measured while it is read for the first time."""

    def __init__(self, source: Source) -> None:
        """Take a source that was not opened yet, or that can be opened again."""
        self.source = replace(source, opened=self._opened)
        """The same source; to be read instead."""
        self._open = source.opened
        self._first: HashedBytes | None = None

    @property
    def measure(self) -> Digest | None:
        """What was read up to now; None if nothing was."""
        return self._first.measure if self._first else None

    @property
    def at_end(self) -> bool:
        """Whether all of it was read."""
        return self._first is not None and self._first.at_end

    @contextmanager
    def _opened(self) -> Iterator[io.BufferedReader]:
        with self._open() as stream:
            measured = HashedBytes(stream)
            # It may be looked at once more, beside being read.
            self._first = self._first or measured
            yield measured.buffered()


def digest_of(source: Source, size: int) -> str | None:
    """The digest of a source's first bytes; None if it is shorter.

    Raises:
        OSError: it cannot be read.
    """
    found = blake2b(digest_size=_DIGEST_BYTES)
    rest = size
    with source.opened() as stream:
        while rest and (block := stream.read(min(_BLOCK, rest))):
            found.update(block)
            rest -= len(block)
    return None if rest else found.hexdigest()
