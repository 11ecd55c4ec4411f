"""Folders into which files come: which of them are complete, and which of those are new."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import stat_result
from pathlib import Path

from producers.folders import csv_files_in
from producers.inputs import cannot_read


@dataclass
class _Seen:
    """A file as it was when looked at last."""

    state: tuple[int, ...]
    since: float
    """When it was first seen in this state."""
    is_taken: bool = False


class WatchedFolders:
    """Tells of each file once it is complete, and again once it has changed and is complete again.

    A file is complete when it has stayed the same for some time. By looking, and not by events of the system, as none
    come of what other machines write to a shared folder.
    """

    def __init__(
        self, folders: Sequence[Path], settle_seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Watch folders.

        Args:
            folders: where to look; not in the folders in them.
            settle_seconds: for so long must a complete file have stayed the same.
            now: the time in seconds.
        """
        self._folders = folders
        self._settle_seconds = settle_seconds
        self._now = now
        self._seen: dict[Path, _Seen] = {}
        self.problems: list[str] = []
        """A line for each folder that could not be looked into the last time."""

    def complete_files(self) -> list[Path]:
        """Look; the files that are complete and were not taken as they are now, in the order of their names."""
        now = self._now()
        self.problems = []
        seen: dict[Path, _Seen] = {}
        for folder in self._folders:
            seen.update(self._look_into(folder, now))
        self._seen = seen
        return [path for path, file in seen.items() if not file.is_taken and now - file.since >= self._settle_seconds]

    def take(self, files: Iterable[Path]) -> None:
        """Tell of these no more until they change from what they were when looked at last."""
        for path in files:
            self._seen[path].is_taken = True

    def _look_into(self, folder: Path, now: float) -> Iterator[tuple[Path, _Seen]]:
        try:
            paths = csv_files_in(folder)
        except OSError as error:
            self.problems.append(cannot_read(folder, error))
            yield from ((path, file) for path, file in self._seen.items() if path.parent == folder)
            return
        for path in paths:
            try:
                state = _state(path.stat())
            except OSError:  # gone since the folder was listed
                continue
            before = self._seen.get(path)
            yield path, before if before is not None and before.state == state else _Seen(state, now)


def _state(found: stat_result) -> tuple[int, ...]:
    """What changes when a file is written, replaced, or made readable."""
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
