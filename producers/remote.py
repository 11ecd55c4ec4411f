"""Files at an address, by fsspec and the packages that it asks for: https://, s3:// and others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from producers.errors import UnreadableSourceError
from producers.remote_errors import reason_of
from producers.sources import Source, bare_name
from producers.text import printable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_BLOCK = 1024 * 1024
"""Bytes asked for at once."""
_EXTRAS = {"s3": "s3", "s3a": "s3"}
"""Which of our extras a scheme needs, if it is not `remote`."""


def is_address(path: str) -> bool:
    """Whether a path names a place outside of this machine's file system."""
    return bool(_ADDRESS.match(path))


def remote_file(address: str) -> Source:
    """The file at an address; a password in it is never shown."""

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        with BufferedReader(_Remote(_opened(address)), _BLOCK) as stream:
            yield cast("BufferedReader", stream)

    parts = urlsplit(address)
    shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    return Source(printable(shown), bare_name(parts.path), opened)


class _Remote(RawIOBase):
    """A file of fsspec whose errors, which each of its libraries has its own of, are errors of ours."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401  # fsspec has no types
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        try:
            return int(self._file.readinto(buffer))
        except Exception as error:
            raise UnreadableSourceError(reason_of(error)) from error

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def _opened(address: str) -> Any:  # noqa: ANN401  # fsspec has no types
    try:
        return _open(address)
    except ImportError as error:
        extra = _EXTRAS.get(urlsplit(address).scheme.lower(), "remote")
        raise UnreadableSourceError(f"{error}; install exact-features[{extra}]") from error
    except Exception as error:
        raise UnreadableSourceError(reason_of(error)) from error


def _open(address: str) -> Any:  # noqa: ANN401  # fsspec has no types
    from fsspec.core import url_to_fs  # noqa: PLC0415  # an extra: only those who read from addresses need it

    place, path = url_to_fs(address)
    file = place.open(path, "rb", block_size=_BLOCK)
    if getattr(file, "details", {}).get("type") == "directory":
        raise IsADirectoryError("it is a folder: name the files in it")
    return file
