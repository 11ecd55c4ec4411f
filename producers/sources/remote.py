"""Files at addresses: http(s):// by the standard library, s3:// and others by fsspec and what it asks for.

Each is read once, from start to end, into a spool on disk; from there on it is a file like one of this machine.
"""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from producers.errors import UnreadableSourceError
from producers.printable import printable
from producers.sources.http_download import download
from producers.sources.remote_errors import reason_of
from producers.sources.source import Source, bare_name
from producers.sources.spool import Spool

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_BLOCK = 4 * 1024 * 1024
"""Bytes that fsspec asks for at once."""
_EXTRAS = {"s3": "s3", "s3a": "s3"}
"""Which of our extras a scheme needs, if it is not `remote`."""


def is_address(path: str) -> bool:
    """Whether a path names a place outside of this machine's file system."""
    return bool(_ADDRESS.match(path))


def remote_file(address: str) -> Source:
    """The file at an address, all of it, as it is at this time.

    Raises:
        UnreadableSourceError: it cannot be read, or not to its end.
        OSError: it cannot be kept on this machine's disk.
    """
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise UnreadableSourceError(f"it is not an address: {error}") from None
    spool = download(address) if parts.scheme.lower() in {"http", "https"} else _spooled(address)
    return Source(shown_address(address), bare_name(parts.path), spool.opened, spool.size)


def shown_address(address: str) -> str:
    """An address in text that can be printed, without what may be secret: login, query and fragment."""
    bare = re.split(r"[?#]", address, maxsplit=1)[0]
    scheme, _, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return printable(f"{scheme}://{host.rpartition('@')[2]}{slash}{path}")


def _spooled(address: str) -> Spool:
    """What fsspec finds at an address; of a file that is replaced meanwhile, s3fs refuses to read on."""
    spool = Spool()
    try:
        with closing(_open(address)) as file:
            size: int | None = getattr(file, "size", None)
            if size is not None:
                spool.expect(size)
            while data := _read(file):
                spool.write(data)
    except ImportError as error:
        extra = _EXTRAS.get(urlsplit(address).scheme.lower(), "remote")
        raise UnreadableSourceError(f"{error}; install exact-features[{extra}]") from error
    if size not in {None, spool.size}:
        raise UnreadableSourceError(f"it ended after {spool.size:,} of {size:,} bytes; nothing of it was loaded")
    return spool


def _read(file: Any) -> bytes:  # noqa: ANN401  # fsspec has no types
    try:
        return bytes(file.read(_BLOCK))
    except Exception as error:
        raise UnreadableSourceError(reason_of(error)) from error


def _open(address: str) -> Any:  # noqa: ANN401  # fsspec has no types
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415  # an extra: only those who need it have it

        place, path = url_to_fs(address)
        file = place.open(path, "rb", block_size=_BLOCK, cache_type="readahead")
    except ImportError:
        raise
    except Exception as error:
        raise UnreadableSourceError(reason_of(error)) from error
    if getattr(file, "details", {}).get("type") == "directory":
        raise UnreadableSourceError("it is a folder: name the files in it")
    return file
