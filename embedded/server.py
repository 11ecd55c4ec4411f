"""One server process: started, awaited, stopped, killed and restarted with its port and data kept."""

import os
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from embedded.errors import ServerStartError
from embedded.run_processes import MARK, kill_tree

READY_LIMIT_SECONDS = 60.0
READY_POLL_SECONDS = 0.02
STOP_LIMIT_SECONDS = 20.0


class EmbeddedServer(ABC):
    """A server of its own session on 127.0.0.1.

    Attributes:
        port: the port for clients, the same after each restart.
        log: the file with everything the server says, appended to at each start.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, folder: Path, log: Path, port: int, token: str) -> None:
        """Describe a server; nothing is started or written yet.

        Args:
            folder: its settings and data; made at the first start.
            log: its log file.
            port: a free port on 127.0.0.1.
            token: the run's mark, by which its processes are found.
        """
        self.folder = folder
        self.log = log
        self.port = port
        self._token = token
        self._system_user: str | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs, else None."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start the process, after making its data at the very first start; no-op while it runs.

        Raises:
            ServerStartError: its data could not be made, or its program not be started.
        """
        if self.pid is not None:
            return
        self.folder.mkdir(exist_ok=True)
        command = self._prepare()
        with self.log.open("ab") as log:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=self._environment(),
                    cwd=self.folder,
                    # Out of the terminal's reach: its Ctrl-C is for the command, the servers stop after it.
                    start_new_session=True,
                    user=self._system_user,
                    group=self._system_user,
                    extra_groups=self._extra_groups(),
                )
            except OSError as error:
                raise ServerStartError(self.name, str(error), self.log) from error

    def wait_ready(self, limit_seconds: float = READY_LIMIT_SECONDS) -> None:
        """Wait until the server answers a client's first request.

        Raises:
            ServerStartError: it ended, or did not answer in time.
        """
        deadline = time.monotonic() + limit_seconds
        while not self._answers():
            if self.pid is None:
                code = self._process.returncode if self._process is not None else None
                raise ServerStartError(self.name, f"it ended with exit code {code}", self.log)
            if time.monotonic() >= deadline:
                raise ServerStartError(self.name, f"it was not ready within {limit_seconds:g} s", self.log)
            time.sleep(READY_POLL_SECONDS)

    def stop(self, limit_seconds: float = STOP_LIMIT_SECONDS) -> None:
        """Shut the server down in order, or kill it when that takes longer than the limit."""
        if self._process is None:
            return
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(limit_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill all of the server's processes by SIGKILL, as a crash would; return when they are gone."""
        if self._process is None:
            return
        if self.pid is not None:
            kill_tree(self._process.pid)
        self._process.wait()

    def restart(self) -> None:
        """Stop, start and wait until ready, on the same port and data.

        Raises:
            ServerStartError: as `start` and `wait_ready`.
        """
        self.stop()
        self.start()
        self.wait_ready()

    @abstractmethod
    def _prepare(self) -> list[str]:
        """Make data and settings as far as they are missing; the command that runs the server."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether a client's request is answered now."""

    def _run_tool(self, purpose: str, command: Sequence[str]) -> None:
        """Run one of the server's own tools to its end, its output into the log.

        Raises:
            ServerStartError: it could not be run or failed.
        """
        with self.log.open("ab") as log:
            try:
                result = subprocess.run(  # noqa: S603 - our own command, no shell
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=self._environment(),
                    cwd=self.folder,
                    check=False,
                    start_new_session=True,
                    user=self._system_user,
                    group=self._system_user,
                    extra_groups=self._extra_groups(),
                )
            except OSError as error:
                raise ServerStartError(self.name, f"{purpose}: {error}", self.log) from error
        if result.returncode != 0:
            reason = f"{purpose} ended with exit code {result.returncode}"
            raise ServerStartError(self.name, reason, self.log)

    def _environment(self) -> dict[str, str]:
        # Only what a server needs: the user's own PG… or JAVA_TOOL_OPTIONS must not change it.
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "TMPDIR": tempfile.gettempdir(),
            "LC_ALL": "C",
            MARK: self._token,
        }

    def _extra_groups(self) -> list[str] | None:
        # None keeps ours; another user must not have root's.
        return None if self._system_user is None else []
