"""The folder that holds a run's data and logs: a temporary one, or one that is kept."""

import fcntl
import os
import shutil
import tempfile
import time
import types
from pathlib import Path
from typing import Self

from embedded.errors import DataFolderError

# A run before on the same folder that was killed needs a moment until its watchdog has ended its servers.
LOCK_LIMIT_SECONDS = 30.0
LOCK_POLL_SECONDS = 0.1


class DataFolder:
    """A locked data folder, as a context manager; a temporary one is removed at the end.

    Attributes:
        path: the folder.
        kept: whether it outlives the run.
        lock: the file descriptor that holds the lock.
    """

    def __init__(self, kept: Path | None = None, lock_limit_seconds: float = LOCK_LIMIT_SECONDS) -> None:
        """Make the folder if needed, and lock it.

        Raises:
            DataFolderError: it cannot be made or written, or another run uses it.
        """
        self.kept = kept is not None
        try:
            if kept is None:
                self.path = Path(tempfile.mkdtemp(prefix="embedded-")).resolve()
            else:
                self.path = kept.expanduser().resolve()
                self.path.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            self.store.mkdir(exist_ok=True)
            self.lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DataFolderError(
                f"the data folder {kept or tempfile.gettempdir()} cannot be used: {error}. "
                "Name a folder that can be written"
            ) from error
        try:
            self._take_lock(lock_limit_seconds)
        except BaseException:
            os.close(self.lock)
            raise

    @property
    def logs(self) -> Path:
        """Where both servers' logs are."""
        return self.path / "logs"

    @property
    def store(self) -> Path:
        """A place for the worker's own store, so that it ends with the run's data."""
        return self.path / "store"

    def keep_logs(self) -> Path:
        """The logs' folder, of a temporary data folder a copy that stays."""
        if self.kept:
            return self.logs
        return Path(shutil.copytree(self.logs, tempfile.mkdtemp(prefix="embedded-logs-"), dirs_exist_ok=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        if not self.kept:
            shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)

    def _take_lock(self, limit_seconds: float) -> None:
        deadline = time.monotonic() + limit_seconds
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise DataFolderError(
                        f"the data folder {self.path} is in use by another run; stop that run or name another folder"
                    ) from None
                time.sleep(LOCK_POLL_SECONDS)
            else:
                return
