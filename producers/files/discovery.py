"""Paths as given to files that can be loaded, and a line of text for each that cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from os import fspath
from pathlib import Path

from models.terminal_text import shown
from producers.errors import UnknownContentError, UnknownEncodingError, UnreadableFileError, UnreadableSourceError
from producers.files.csv_file import CsvFile, inspect
from producers.printable import printable
from producers.rows.column_mapping import ColumnMappingOf, rows_in_force
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions
from producers.sources.archives import members
from producers.sources.file_names import listed, misplaced
from producers.sources.folders import FolderFile, content_of
from producers.sources.remote import is_address, remote_file, shown_address
from producers.sources.source import (
    STANDARD_INPUT,
    SentFile,
    Source,
    folder_file,
    local_file,
    sent_file,
    standard_input,
)

_SHOWN_CHARACTERS = 80

GivenPath = Path | str | FolderFile | SentFile
"""A path as a person gives it, a file that was found in a folder before, or one that was sent."""


@dataclass(frozen=True)
class Inputs:
    """What was found at the paths given."""

    files: tuple[CsvFile, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What was passed over, one line for each place; and what is remarkable about the order."""


def find(
    paths: Iterable[GivenPath], layout_of: ColumnMappingOf | None = None, reading: ReadOptions = DEFAULT_READ_OPTIONS
) -> Inputs:
    """Look at each path: a file, an archive, or a folder; what is in one of these comes in the order of its kinds.

    Args:
        paths: also `-` for standard input, and addresses such as https://…, which must be text: a Path garbles them.
            Files found in folders that stand side by side are taken as one folder.
        layout_of: tells what files there may be, and what their rows are for; None: those of the model in force, to be
            stored.
        reading: what is said of the files beside what they show.
    """
    search = _Search(layout_of or rows_in_force(), reading)
    number = count(1)
    given = list(paths)
    for _, place in groupby(given, key=lambda path: 0 if isinstance(path, FolderFile) else next(number)):
        search.look_at(list(place))
    named = [fspath(path) for path in given if not isinstance(path, FolderFile)]
    return Inputs(tuple(search.files), tuple(search.problems), (*search.notes(), *_notes_of_order(named)))


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


class _Search:
    """Collects what is found, place by place."""

    def __init__(self, layout_of: ColumnMappingOf, reading: ReadOptions) -> None:
        self._layout_of = layout_of
        self._reading = reading
        self.files: list[CsvFile] = []
        self.problems: list[str] = []
        self._passed_over: dict[str, list[str]] = {}

    def look_at(self, place: list[GivenPath]) -> None:
        """Take the files of a place, which is a path as given or files found before, in the order of their kinds."""
        problems_before = len(self.problems)
        found = [file for path in place for source in self._sources(path) if (file := self._inspected(source))]
        self.files += sorted(found, key=lambda file: self._layout_of.kinds.tables.index(file.layout.kind))
        if not found and len(self.problems) == problems_before and not isinstance(place[0], FolderFile):
            self.problems.append(
                f"{printable(fspath(place[0]))}: holds no .csv, .tsv or .txt file with rows: "
                "name a folder with such files, or the files"
            )

    def notes(self) -> Iterator[str]:
        """One line for each place in which something was passed over."""
        for place, names in self._passed_over.items():
            yield f"{place}: passed over: {listed(names)}"

    def _sources(self, path: GivenPath) -> Iterator[Source]:
        """The files meant by a path, those of archives each by itself."""
        for source in self._files_at(path):
            try:
                held = members(source)
            except UnreadableFileError as error:
                self.problems.append(str(error))
            except OSError as error:
                self.problems.append(cannot_read(source.name, error))
            else:
                self._pass_over(source.name, held.passed_over)
                yield from held.files

    def _files_at(self, path: GivenPath) -> Iterator[Source]:
        try:
            if isinstance(path, FolderFile):
                yield folder_file(path)
            elif isinstance(path, SentFile):
                yield sent_file(path)
            elif path == STANDARD_INPUT:
                yield standard_input()
            elif is_address(address := fspath(path)):
                yield remote_file(address)
            elif Path(path).is_dir():
                content = content_of(Path(path))
                self._pass_over(printable(fspath(path)), content.passed_over)
                yield from map(folder_file, content.files)
            else:
                yield local_file(Path(path))
        except OSError as error:
            self.problems.append(cannot_read(_shown(path), error))

    def _inspected(self, source: Source) -> CsvFile | None:
        """The file that a source is; None if it cannot be loaded, or is something else."""
        try:
            file = inspect(source, self._layout_of, self._reading)
        except UnreadableFileError as error:
            if source.optional and isinstance(error, UnknownContentError) and not self._is_called_after_a_kind(source):
                self._pass_over(*_place_and_name(source))
            else:
                self.problems.append(str(error))
        except OSError as error:
            self.problems.append(cannot_read(source.name, error))
        else:
            # A number on the first line of some text does not make it a list of what is to be deleted.
            if file.layout.has_header or not source.optional:
                return file
            self._pass_over(*_place_and_name(source))
        return None

    def _is_called_after_a_kind(self, source: Source) -> bool:
        return self._layout_of.kinds.named(source.file_name) is not None

    def _pass_over(self, place: str, names: Iterable[str]) -> None:
        if names := list(names):
            self._passed_over.setdefault(place, []).extend(names)


def _notes_of_order(paths: Sequence[str]) -> Iterator[str]:
    if pair := misplaced([path for path in paths if not is_address(path)]):
        before, after = (shown(path, _SHOWN_CHARACTERS) for path in pair)
        yield (
            f"files are loaded in the order given, {before} before {after}: of rows with the same key the later file's "
            "counts; the files of a folder are loaded in the order of their numbers"
        )


def _shown(path: GivenPath) -> str:
    if isinstance(path, FolderFile):
        return str(path.path)
    return shown_address(text) if is_address(text := fspath(path)) else text


def _place_and_name(source: Source) -> tuple[str, list[str]]:
    place, _, name = source.name.rpartition("/")
    return place, [name]
