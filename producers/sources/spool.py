"""Bytes that are kept on disk while they are needed, in a file without a name."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_BLOCK = 256 * 1024


class Spool:
    """What was written to it can be read as often as needed, by several readers at once.

    The file is in the folder for temporary files (`TMPDIR`). It has no name, so nothing is left of it when the
    process ends, however it ends.
    """

    def __init__(self) -> None:
        """Make an empty one.

        Raises:
            OSError: there is no folder for temporary files that can be written to.
        """
        self._file: Any = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # closed with the last who hold this
        self.size = 0
        """Bytes written up to now."""
        weakref.finalize(self, self._file.close)

    def expect(self, size: int) -> None:
        """Say how much will be written.

        Raises:
            OSError: the disk has no room for it.
        """
        if size > shutil.disk_usage(tempfile.gettempdir()).free:
            raise _full()

    def write(self, data: ReadableBuffer) -> None:
        """Append bytes.

        Raises:
            OSError: the disk is full, or fails.
        """
        rest = memoryview(data)
        try:
            while rest:
                written = self._file.write(rest)
                self.size += written
                rest = rest[written:]
        except OSError as error:
            raise (_full() if error.errno == errno.ENOSPC else error) from error

    @contextmanager
    def opened(self) -> Iterator[BufferedReader]:
        """All bytes from the first one on."""
        with BufferedReader(_Reader(self), _BLOCK) as stream:
            yield cast("BufferedReader", stream)

    def read_at(self, position: int, size: int) -> bytes:
        """Some bytes from that position on, at most so many; none at the end."""
        return os.pread(self._file.fileno(), size, position)


class _Reader(RawIOBase):
    """Reads a spool from a position of its own."""

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self._spool = spool
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        data = self._spool.read_at(self._position, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        base = {SEEK_SET: 0, SEEK_CUR: self._position, SEEK_END: self._spool.size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the first byte")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position


def _full() -> OSError:
    folder = tempfile.gettempdir()
    return OSError(errno.ENOSPC, f"no room for it in {folder}, where it is kept while it is read; TMPDIR names another")
