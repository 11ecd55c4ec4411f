"""Paths as given to files that can be loaded, and a line of text for each that cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from producers.csv_file import CsvFile, inspect
from producers.errors import UnreadableFileError
from producers.kinds import KINDS
from producers.layout import LayoutOf, row_layout
from producers.text import printable


@dataclass(frozen=True)
class Inputs:
    """What was found at the paths given."""

    files: tuple[CsvFile, ...]
    problems: tuple[str, ...]


def find(paths: Iterable[Path], layout_of: LayoutOf = row_layout) -> Inputs:
    """Look at each path: a file, or a folder whose *.csv files are meant, users and compounds first."""
    files: list[CsvFile] = []
    problems: list[str] = []
    for path in paths:
        found: list[CsvFile] = []
        for candidate in _files_at(path):
            if isinstance(candidate, str):
                problems.append(candidate)
                continue
            try:
                found.append(inspect(candidate, layout_of))
            except UnreadableFileError as error:
                problems.append(str(error))
            except OSError as error:
                problems.append(cannot_read(candidate, error))
        files += sorted(found, key=lambda file: KINDS.index(file.layout.kind))
    return Inputs(tuple(files), tuple(problems))


def cannot_read(path: Path, error: OSError) -> str:
    """One line that says why a path could not be read, and what to do."""
    advice = {
        PermissionError: "give the user that runs this command the right to read it",
        FileNotFoundError: "check the path",
    }.get(type(error), "check the disk and the path")
    return f"{printable(str(path))}: cannot be read ({error.strerror or error}): {advice}"


def _files_at(path: Path) -> Iterator[Path | str]:
    """The files meant by a path, or what is wrong with it."""
    try:
        if not path.is_dir():
            yield path
            return
        found = sorted(entry for entry in path.iterdir() if entry.suffix.lower() == ".csv" and entry.is_file())
    except OSError as error:
        yield cannot_read(path, error)
        return
    if not found:
        yield f"{printable(str(path))}: the folder holds no .csv file: name a folder with CSV files, or the files"
    yield from found
