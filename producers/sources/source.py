"""Where the bytes of a file come from: a file of this machine, or standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import cast

from producers.printable import printable
from producers.sources.beginning import Beginning
from producers.sources.compression import PACKED_SUFFIXES
from producers.sources.file_names import is_text
from producers.sources.folders import FolderFile

_BLOCK = 256 * 1024
STANDARD_INPUT = "-"
"""The path that means standard input."""


@dataclass(frozen=True)
class Source:
    """The bytes of one file."""

    name: str
    """As given, in text that can be encoded and printed."""
    file_name: str
    """The name without folder and suffix of compression, from which the kind may be known."""
    opened: Callable[[], AbstractContextManager[BufferedReader]]
    """Opens it at its beginning. Raises OSError, then and while reading."""
    size: int | None = None
    """Bytes, compressed if the file is; None if that is not known."""
    repeatable: bool = True
    """Whether it can be opened more than once."""
    optional: bool = False
    """Whether it may be something else: text that was found beside other files, and not named."""


def bare_name(name: str) -> str:
    """A file's name without its folder and without the suffix of its compression."""
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in PACKED_SUFFIXES else path.name


def local_file(path: Path) -> Source:
    """A file of this machine.

    Raises:
        OSError: it cannot be looked at.
    """

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        with path.open("rb") as stream:
            yield stream

    # A named pipe or a device is a path too; like standard input, it has no size and is read once.
    size, regular = path.stat().st_size, path.is_file()
    return Source(printable(str(path)), bare_name(path.name), opened, size if regular else None, repeatable=regular)


def folder_file(found: FolderFile) -> Source:
    """A file that was found in a folder.

    Raises:
        OSError: it cannot be looked at.
    """
    source = local_file(found.path)
    name = bare_name(found.table or found.path.name)
    source = replace(source, file_name=name, optional=is_text(found.table or found.path.name))
    return source if found.size is None else _beginning_of(source, found.size)


def _beginning_of(source: Source, size: int) -> Source:
    """The first bytes of a file, as if it ended there."""

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        with source.opened() as stream, BufferedReader(Beginning(stream, size), _BLOCK) as beginning:
            yield cast("BufferedReader", beginning)

    return replace(source, opened=opened, size=size)


@dataclass(frozen=True)
class SentFile:
    """A file that was sent, and lies somewhere for a while; as a path it is what its sender calls it."""

    path: Path
    name: str

    def __fspath__(self) -> str:
        return self.name


def sent_file(sent: SentFile) -> Source:
    """A file that was sent, named as its sender calls it.

    Raises:
        OSError: it cannot be looked at.
    """
    return replace(local_file(sent.path), name=printable(sent.name), file_name=bare_name(sent.name))


def standard_input() -> Source:
    """What is written to this process."""

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        yield cast(BufferedReader, sys.stdin.buffer)

    return Source(STANDARD_INPUT, STANDARD_INPUT, opened, repeatable=False)
