"""Folders into which files come: which of them are complete, and which of those are new."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from os import stat_result
from pathlib import Path

from producers.files.discovery import cannot_read
from producers.printable import printable
from producers.sources.file_names import listed
from producers.sources.folders import FolderFile, content_of
from producers.sources.source import folder_file
from producers.sources.whole_files import ends_whole

_CLOCKS_AGREE_SECONDS = 3600.0
"""The clock of another machine, which dates the files of a shared folder, is less wrong than this."""


@dataclass(frozen=True)
class Patience:
    """For how long a file must have stayed the same to be complete, in seconds."""

    settle: float
    """One that ends with a line."""
    last_line: float
    """One that ends in the middle of a line, inside of quotes, or before the end of what is compressed."""


@dataclass
class _Seen:
    """A file as it was when looked at last."""

    file: FolderFile
    """Of the size that it had."""
    state: tuple[int, ...]
    changed: float
    """When it was changed last, in seconds since 1970, by the clock of the machine that has it."""
    since: float
    """When it was first seen in this state."""
    is_taken: bool = False
    is_whole: bool | None = None
    """Whether it ends with a line; None if that was not asked yet."""


class WatchedFolders:
    """Gives each file once it is complete, and again once it has changed and is complete again.

    A file is complete when it has stayed the same for some time. By looking, and not by events of the system, as none
    come of what other machines write to a shared folder.
    """

    def __init__(self, folders: Sequence[Path], patience: Patience, now: Callable[[], float] = time.monotonic) -> None:
        """Watch folders; not the folders in them, but for those that hold the parts of a file.

        Args:
            folders: where to look.
            patience: for how long a complete file must have stayed the same.
            now: the time in seconds.
        """
        self._folders = folders
        self._patience = patience
        self._now = now
        self._seen: dict[Path, _Seen] = {}
        self._others: dict[Path, dict[str, float]] = {}
        self.problems: list[str] = []
        """A line for each folder that could not be looked into the last time."""
        self.news: list[str] = []
        """Lines about what was found the last time for the first time: files that wait, and what is passed over."""

    def complete_files(self) -> list[FolderFile]:
        """Look; the files that are complete and were not taken as they are now, in the natural order of their names."""
        now = self._now()
        self.problems, self.news = [], []
        seen: dict[Path, _Seen] = {}
        for folder in self._folders:
            seen.update(self._look_into(folder, now))
        self._seen = seen
        return [found.file for found in seen.values() if not found.is_taken and self._is_complete(found, now)]

    def take(self, files: Iterable[FolderFile]) -> None:
        """Give these no more until they change from what they were when looked at last."""
        for file in files:
            self._seen[file.path].is_taken = True

    def _look_into(self, folder: Path, now: float) -> Iterator[tuple[Path, _Seen]]:
        try:
            content = content_of(folder)
        except OSError as error:
            self.problems.append(cannot_read(folder, error))
            yield from ((path, found) for path, found in self._seen.items() if folder in path.parents)
            return
        self._note_others(folder, content.passed_over, now)
        for file in content.files:
            try:
                status = file.path.stat()
            except OSError:  # gone since the folder was listed
                continue
            before, state = self._seen.get(file.path), _state(status)
            if before is None or before.state != state:
                before = _Seen(
                    replace(file, size=status.st_size), state, max(status.st_mtime, status.st_ctime), since=now
                )
            yield file.path, before

    def _is_complete(self, found: _Seen, now: float) -> bool:
        rest = now - found.since
        if rest < self._patience.settle:
            return False
        # What is old need not be read to know that nobody is writing it.
        is_old = time.time() - found.changed > self._patience.last_line + _CLOCKS_AGREE_SECONDS
        if is_old or rest >= self._patience.last_line:
            return True
        if found.is_whole is None:
            found.is_whole = _ends_whole(found.file)
            if not found.is_whole:
                self.news.append(
                    f"{printable(str(found.file.path))}: waits, as it ends within a line, quotes or compressed data; "
                    f"it is loaded once that is over, or nothing has changed for {self._patience.last_line:g} s"
                )
        return found.is_whole

    def _note_others(self, folder: Path, names: Sequence[str], now: float) -> None:
        """Tell of what is passed over, once it stays: files have other names while they are being written."""
        before = self._others.get(folder, {})
        since = {name: before.get(name, now) for name in names}
        new = [name for name, first in since.items() if now - first >= self._patience.settle]
        if new:
            self.news.append(f"{printable(str(folder))}: passed over: {listed(new)}")
        # Reported once only.
        self._others[folder] = {**since, **dict.fromkeys(new, float("inf"))}


def _ends_whole(file: FolderFile) -> bool:
    try:
        return ends_whole(folder_file(file))
    except OSError:  # the load reports it
        return True


def _state(found: stat_result) -> tuple[int, ...]:
    """What changes when a file is written, replaced, or made readable."""
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
