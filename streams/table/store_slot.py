"""A folder for the worker's RocksDB stores that no other worker on this machine uses at the same time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from models.errors import SettingsError

MAX_SLOTS = 100


class StoreSlot:
    """The first free one of worker-1, worker-2, … in a folder; held until the process ends."""

    def __init__(self, folder: Path) -> None:
        """Take a slot.

        Raises:
            SettingsError: the folder cannot be written, or all slots are taken.
        """
        for number in range(1, MAX_SLOTS + 1):
            path = folder / f"worker-{number}"
            try:
                path.mkdir(parents=True, exist_ok=True)
                lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except OSError as error:
                raise SettingsError(f"STORE_DIR={folder}: cannot write there ({error.strerror})") from error
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
            else:
                self.path = path
                self._lock = lock
                return
        raise SettingsError(f"STORE_DIR={folder}: {MAX_SLOTS} workers use it already; set another folder")
