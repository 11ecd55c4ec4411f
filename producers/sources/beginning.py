"""The first bytes of a stream."""

from __future__ import annotations

from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Beginning(RawIOBase):
    """The first bytes of another stream. Closing it leaves the other open."""

    def __init__(self, stream: BufferedReader, size: int) -> None:
        """Take a stream at its start."""
        super().__init__()
        self._stream = stream
        self._size = size

    def readable(self) -> bool:
        """Always: this stream is for reading."""
        return True

    def seekable(self) -> bool:
        """Whether the other stream is seekable."""
        return self._stream.seekable()

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a part of the buffer; return how much, 0 at the end."""
        rest = max(0, self._size - self._stream.tell())
        return self._stream.readinto(memoryview(buffer)[:rest])

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Move to a position; return it."""
        base = {SEEK_SET: 0, SEEK_CUR: self._stream.tell(), SEEK_END: self._size}[whence]
        return self._stream.seek(base + offset)

    def tell(self) -> int:
        """The current position."""
        return self._stream.tell()
