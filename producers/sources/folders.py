"""Which files of a folder are meant to be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from producers.sources.file_names import is_hidden, is_part, is_table, natural

_BEING_WRITTEN = "_temporary"
"""A folder of this name is in a folder of parts as long as its writer is at work."""


@dataclass(frozen=True)
class FolderFile:
    """A file that was found in a folder, and not named by the person who loads."""

    path: Path
    table: str | None = None
    """The name of the table that it is a part of; None if it is a table by itself."""
    size: int | None = None
    """So many bytes of it are read, whatever it has grown to; None: all."""


@dataclass
class FolderContent:
    """The files to load in a folder, and the rest of its content."""

    files: list[FolderFile] = field(default_factory=list)
    """What is meant, in the natural order of the names."""
    passed_over: list[str] = field(default_factory=list)
    """The names of what else there is; not of what is hidden."""


def content_of(folder: Path) -> FolderContent:
    """What a folder holds: files with rows, archives, and folders that are one file in parts.

    Raises:
        OSError: it is not a folder that can be read.
    """
    if is_table(folder.name):
        return _parts_of(folder)
    content = FolderContent()
    for entry in _entries(folder):
        if entry.is_file():
            if is_table(entry.name) or (entry.name.lower().endswith(".zip") and not is_hidden(entry.name)):
                content.files.append(FolderFile(entry))
            else:
                _pass_over(entry.name, content)
        elif is_table(entry.name) and entry.is_dir():
            parts = _parts_of(entry)
            content.files += parts.files
            content.passed_over += [f"{entry.name}/{name}" for name in parts.passed_over]
        elif entry.is_dir():
            _pass_over(f"{entry.name}/", content)
    return content


def _parts_of(folder: Path) -> FolderContent:
    """The parts of a table that a program like Spark wrote, as long as it is not at work any more."""
    content = FolderContent()
    if (folder / _BEING_WRITTEN).is_dir():
        content.passed_over.append(f"{_BEING_WRITTEN}/ (it is still being written)")
        return content
    for entry in _entries(folder):
        if is_part(entry.name) and entry.is_file():
            # A part that no row fell into may be empty.
            if entry.stat().st_size:
                content.files.append(FolderFile(entry, table=folder.name))
        else:
            _pass_over(entry.name + "/" * entry.is_dir(), content)
    return content


def _entries(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.iterdir(), key=lambda entry: natural(entry.name))


def _pass_over(name: str, content: FolderContent) -> None:
    # Spark and others keep their own account in files like _SUCCESS.
    if not is_hidden(name) and not name.startswith("_"):
        content.passed_over.append(name)
