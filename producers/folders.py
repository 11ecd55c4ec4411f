"""Which files of a folder are meant to be loaded."""

from __future__ import annotations

from pathlib import Path

from producers.archives import CSV_SUFFIXES

_SUFFIXES = (*CSV_SUFFIXES, ".zip")
_HIDDEN = (".", "~$")
"""What names begin with that a file browser hides, or an office program gives to its lock files."""


def csv_files_in(folder: Path) -> list[Path]:
    """The CSV files and archives of a folder, by name; hidden ones and folders in it are not meant.

    Raises:
        OSError: it is no folder that can be read.
    """
    return [entry for entry in sorted(folder.iterdir()) if _is_meant(entry.name) and entry.is_file()]


def _is_meant(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES) and not name.startswith(_HIDDEN)
