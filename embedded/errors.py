"""What can go wrong when the servers are started, each with a message for the person at the terminal."""

from pathlib import Path

TAIL_LINES = 20


class EmbeddedError(Exception):
    """Base of every failure that this package expects; its text says what, where and what to do."""


class JarsUnavailableError(EmbeddedError):
    """Kafka's jars are not in the cache and could not be fetched."""


class DataFolderError(EmbeddedError):
    """The data folder cannot be used: not writable, no folder, or in use by another run."""


class PortUnavailableError(EmbeddedError):
    """No free TCP port was found."""


class SystemUserError(EmbeddedError):
    """Root has no unprivileged user to run Postgres as, and could not make one."""


class ServerStartError(EmbeddedError):
    """A server ended, or was not ready in time, while it was started.

    Attributes:
        server: the server's name.
        log: where its whole log is; the cluster sets it again when it keeps a copy.
    """

    def __init__(self, server: str, reason: str, log: Path) -> None:
        super().__init__(server, reason, log)
        self.server = server
        self.log = log
        self._reason = reason
        self._tail = last_lines(log)

    def __str__(self) -> str:
        tail = "\n".join(f"  {line}" for line in self._tail) or "  (empty)"
        return f"{self.server} did not start: {self._reason}. The last lines of its log {self.log}:\n{tail}"


def last_lines(log: Path, count: int = TAIL_LINES) -> list[str]:
    """The last `count` lines of a log; none where the file cannot be read."""
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    except OSError:
        return []
