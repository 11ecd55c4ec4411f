"""Which files belong together: those of one header, in any order, and those whose names differ in numbers only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from models.terminal_text import shown
from producers.files.csv_file import CsvFile
from producers.printable import has_surrogates
from producers.proposal.names import bare_stem
from producers.rows.column_names import one_line
from producers.text.dialects import NOT_ONE_ROW

_ALIKE: Final = 0.6
"""Files of one name have at least so large a share of their columns in common."""
_VALUE = re.compile(r"[-+]?[0-9][0-9.,:/ -]*|[^@ ]+@[^@ ]+\.[^@ ]+")
"""What is a value and not a name: a number, a day, a mail address."""
_MOST_COLUMNS: Final = 1_000
_SHOWN: Final = 60


@dataclass(frozen=True)
class HeadedFile:
    """A file and its header."""

    file: CsvFile
    names: tuple[str, ...]
    """Of the columns, as the file writes them, with single spaces."""

    @property
    def compared(self) -> tuple[str, ...]:
        """The names as headers are compared."""
        return tuple(name.casefold() for name in self.names)

    @property
    def is_prose(self) -> bool:
        """Whether it is a text for people, found beside other files."""
        return self.file.source.optional and len(self.names) == 1

    @property
    def usable(self) -> frozenset[str]:
        """The columns that a model can name: those with a name that no other column has."""
        counts = Counter(self.compared)
        return frozenset(name for name in self.compared if name and counts[name] == 1)


@dataclass
class FileGroup:
    """Files of one kind."""

    stem: str
    """What their names have in common."""
    files: list[HeadedFile] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """The columns that all files have, in the order of the first, in lower case."""
        common = frozenset.intersection(*(file.usable for file in self.files))
        return [name for name in self.files[0].compared if name in common]

    @property
    def headers(self) -> list[str]:
        """The same as the first file writes them."""
        written = dict(zip(self.files[0].compared, self.files[0].names, strict=True))
        return [written[name] for name in self.columns]

    @property
    def left_out(self) -> dict[str, str]:
        """Columns that not all files have or that have no name of their own, and the first file with each."""
        known = {*self.columns}
        return {name: file.file.name for file in reversed(self.files) for name in file.compared if name not in known}


def grouped(files: Sequence[HeadedFile]) -> list[FileGroup]:
    """The files by their kind, in the order in which each kind first occurs."""
    groups: list[FileGroup] = []
    for file in files:
        stem = bare_stem(file.file.source.file_name)
        found = next((group for group in groups if _belongs(file, stem, group)), None)
        if found is None:
            groups.append(found := FileGroup(stem))
        found.files.append(file)
        found.stem = stem if len(found.files) == 1 else _common_stem(found)
    return groups


def _belongs(file: HeadedFile, stem: str, group: FileGroup) -> bool:
    here, there = file.usable, frozenset(group.columns)
    if here == group.files[0].usable:
        return True
    return stem.lower() == group.stem.lower() and len(here & there) >= _ALIKE * max(len(here), len(there))


def _common_stem(group: FileGroup) -> str:
    """The beginning that all names share, in whole words; else the name of their folder."""
    stems = [bare_stem(file.file.source.file_name) for file in group.files]
    shortest = min(stems, key=len)
    if all(stem.startswith(shortest) for stem in stems):
        return shortest
    length = next(index for index in range(len(shortest)) if len({stem[index] for stem in stems}) > 1)
    whole_words = re.sub(r"[^\W_]*$", "", shortest[:length]).strip("_-. ")
    return whole_words or Path(group.files[0].file.name).absolute().parent.name or stems[0]


def headed(file: CsvFile) -> HeadedFile | str:
    """The file with its header's names, or what is wrong with it and what to do."""
    if "\0" in file.header or has_surrogates(file.header):
        return f"{file.name}: is not text in UTF-8: save it as CSV in UTF-8, or name its encoding with --encoding"
    try:
        names = tuple(one_line(name) for name in file.dialect.split(file.header))
    except NOT_ONE_ROW:
        return f"{file.name}: its first line cannot be read as a header: see --quote and --skip-lines"
    return _fault(file, names) or HeadedFile(file, names)


def _fault(file: CsvFile, names: Sequence[str]) -> str | None:
    line = shown(file.header, _SHOWN)
    if not all(map(str.isprintable, names)):
        return f"{file.name}: is not text: its first line has control characters; save it as CSV"
    if any(_VALUE.fullmatch(name) for name in names):
        return (
            f"{file.name}: has no header, as its first line holds values ({line}): put a line with the columns' names "
            "before it, or name the line that they stand on with --skip-lines"
        )
    if len(names) > _MOST_COLUMNS:
        return f"{file.name}: has {len(names):,} columns; at most {_MOST_COLUMNS:,} are proposed: divide it"
    if not any(names):
        return f"{file.name}: its first line names no column"
    return None
