"""Zip archives: each CSV file in one is a file of its own, read without unpacking it to disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import IO, cast

from producers.compression import is_archive
from producers.errors import UnreadableFileError, UnreadableSourceError
from producers.sources import Source, bare_name
from producers.text import printable

CSV_SUFFIXES = (".csv", ".csv.gz", ".csv.zst")
"""What the names of CSV files in a folder or an archive end in, in any case."""
_WORKBOOK = "xl/workbook.xml"


def members(source: Source) -> tuple[Source, ...]:
    """The CSV files that a source holds: those of an archive in the order of their names, or the source itself.

    Raises:
        UnreadableFileError: it is an archive that holds none, or that cannot be read.
        OSError: it cannot be opened.
    """
    if not source.repeatable:
        return (source,)
    with source.opened() as stream:
        if not is_archive(stream):
            return (source,)
        try:
            with zipfile.ZipFile(stream) as archive:
                found = [_member(source, info) for info in archive.infolist() if _is_csv(info.filename)]
                names = archive.namelist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise UnreadableFileError(f"{source.name}: cannot be read as a zip archive: {error}") from None
    if not found:
        holds = (
            "is an Excel workbook: save each of its sheets as CSV"
            if _WORKBOOK in names
            else "is a zip archive without a .csv file: put the CSV files in it, or name them"
        )
        raise UnreadableFileError(f"{source.name}: {holds}")
    return tuple(sorted(found, key=lambda member: member.name))


def _is_csv(name: str) -> bool:
    # Archives made on a Mac hold a file of attributes beside each file.
    hidden = name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")
    return name.lower().endswith(CSV_SUFFIXES) and not hidden


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
    return Source(f"{source.name}/{name}", bare_name(info.filename), opened, info.file_size)
