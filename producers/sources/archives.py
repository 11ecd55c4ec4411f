"""Zip archives: each file with rows in one is a file of its own, read without unpacking it to disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import PurePosixPath
from typing import IO, NamedTuple, cast

from producers.errors import UnreadableFileError, UnreadableSourceError
from producers.printable import printable
from producers.sources.compression import is_archive
from producers.sources.file_names import is_part, is_table, is_text, natural
from producers.sources.source import Source, bare_name

_WORKBOOK = "xl/workbook.xml"


class Members(NamedTuple):
    """The files in a source: itself, or the members of an archive."""

    files: tuple[Source, ...]
    passed_over: tuple[str, ...] = ()
    """The names of what else is in an archive; not of what is hidden."""


def members(source: Source) -> Members:
    """The files that a source holds: those of an archive in the natural order of their names, or the source itself.

    Raises:
        UnreadableFileError: it is an archive that holds none, or that cannot be read.
        OSError: it cannot be opened.
    """
    if not source.repeatable:
        return Members((source,))
    with source.opened() as stream:
        if not is_archive(stream):
            return Members((source,))
        try:
            with zipfile.ZipFile(stream) as archive:
                entries = sorted(archive.infolist(), key=lambda entry: natural(entry.filename))
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise UnreadableFileError(f"{source.name}: cannot be read as a zip archive: {error}") from None
    found = tuple(_member(source, entry) for entry in entries if _is_meant(entry.filename))
    others = [entry.filename for entry in entries if not _is_meant(entry.filename)]
    if not found:
        holds = (
            "is an Excel workbook: save each of its sheets as CSV"
            if _WORKBOOK in others
            else "is a zip archive without a .csv, .tsv or .txt file: put the files in it, or name them"
        )
        raise UnreadableFileError(f"{source.name}: {holds}")
    return Members(found, tuple(name for name in others if not _is_hidden(name)))


def _is_meant(name: str) -> bool:
    return not _is_hidden(name) and (is_table(_last(name)) or (_table(name) is not None and is_part(_last(name))))


def _is_hidden(name: str) -> bool:
    """Whether it is a folder, or not meant to be seen; archives made on a Mac hold attributes of each file."""
    return name.endswith("/") or name.startswith("__MACOSX/") or _last(name).startswith((".", "_SUCCESS"))


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _table(name: str) -> str | None:
    """The name of the table that a member is a part of."""
    folder = PurePosixPath(name).parent.name
    return folder if is_table(folder) else None


def _member(source: Source, info: zipfile.ZipInfo) -> Source:
    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        with source.opened() as stream:
            try:
                archive = zipfile.ZipFile(stream)
                content: IO[bytes] = archive.open(info)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                raise UnreadableSourceError(f"the zip archive cannot be unpacked: {error}") from error
            with archive, content:
                yield cast("BufferedReader", BufferedReader(cast("zipfile.ZipExtFile", content)))

    name = printable(info.filename)
    return Source(
        f"{source.name}/{name}",
        bare_name(_table(info.filename) or info.filename),
        opened,
        info.file_size,
        optional=is_text(info.filename),
    )
