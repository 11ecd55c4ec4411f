"""Paths as given to files that can be loaded, and a line of text for each that cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import fspath
from pathlib import Path

from producers.archives import members
from producers.csv_file import CsvFile, inspect
from producers.errors import UnknownEncodingError, UnreadableFileError, UnreadableSourceError
from producers.folders import csv_files_in
from producers.kinds import KINDS
from producers.layout import LayoutOf, row_layout
from producers.reading import DEFAULT_READING, ReadingOptions
from producers.remote import is_address, remote_file
from producers.sources import STANDARD_INPUT, Source, local_file, standard_input
from producers.text import printable


@dataclass(frozen=True)
class Inputs:
    """What was found at the paths given."""

    files: tuple[CsvFile, ...]
    problems: tuple[str, ...]


def find(
    paths: Iterable[Path | str], layout_of: LayoutOf = row_layout, reading: ReadingOptions = DEFAULT_READING
) -> Inputs:
    """Look at each path: a file, an archive, or a folder whose CSV files are meant, users and compounds first.

    Args:
        paths: also `-` for standard input, and addresses such as https://…, which must be text: a Path garbles them.
        layout_of: tells what the files' rows are for.
        reading: what is said of the files beside what they show.
    """
    files: list[CsvFile] = []
    problems: list[str] = []
    for path in paths:
        found: list[CsvFile] = []
        for candidate in _sources_at(fspath(path)):
            if isinstance(candidate, str):
                problems.append(candidate)
                continue
            try:
                found.append(inspect(candidate, layout_of, reading))
            except UnreadableFileError as error:
                problems.append(str(error))
            except OSError as error:
                problems.append(cannot_read(candidate.name, error))
        files += sorted(found, key=lambda file: KINDS.index(file.layout.kind))
    return Inputs(tuple(files), tuple(problems))


def cannot_read(path: Path | str, error: OSError) -> str:
    """One line that says why a path could not be read, and what to do."""
    if isinstance(error, UnknownEncodingError):
        return f"{printable(str(path))}: {error}"
    advice = {
        PermissionError: "give the user that runs this command the right to read it",
        FileNotFoundError: "check the path",
        UnreadableSourceError: "check that it is whole, or that the address is right",
    }.get(type(error), "check the disk and the path")
    return f"{printable(str(path))}: cannot be read ({printable(str(error.strerror or error))}): {advice}"


def _sources_at(path: str) -> Iterator[Source | str]:
    """The files meant by a path, those of archives each by itself, or what is wrong with it."""
    for candidate in _files_at(path):
        if isinstance(candidate, str):
            yield candidate
            continue
        try:
            yield from members(candidate)
        except UnreadableFileError as error:
            yield str(error)
        except OSError as error:
            yield cannot_read(candidate.name, error)


def _files_at(path: str) -> Iterator[Source | str]:
    try:
        if path == STANDARD_INPUT:
            yield standard_input()
        elif is_address(path):
            yield remote_file(path)
        elif Path(path).is_dir():
            yield from _files_in(Path(path))
        else:
            yield local_file(Path(path))
    except OSError as error:
        yield cannot_read(path, error)


def _files_in(folder: Path) -> Iterator[Source | str]:
    found = csv_files_in(folder)
    if not found:
        yield f"{printable(str(folder))}: the folder holds no .csv file: name a folder with CSV files, or the files"
    for entry in found:
        yield local_file(entry)
