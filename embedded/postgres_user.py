"""The unprivileged user that Postgres runs as when we are root, which Postgres itself refuses to run as."""

import os
import pwd
import stat
import subprocess
import time
from pathlib import Path

from embedded.errors import SystemUserError

# The name that the package with Postgres' programs uses as well.
USER = "pgserver"

# Two starts at once can both find no user; the one that lost waits until the other's is there.
CREATE_LIMIT_SECONDS = 5.0
CREATE_POLL_SECONDS = 0.1


def postgres_user() -> str | None:
    """The user to run Postgres as, made if needed; None if we are not root and it can be ours.

    Raises:
        SystemUserError: we are root, and the user could not be made.
    """
    if os.geteuid() != 0:
        return None
    deadline = time.monotonic() + CREATE_LIMIT_SECONDS
    while not _exists():
        try:
            subprocess.run(  # noqa: S603 - fixed words
                ["useradd", "--system", USER],  # noqa: S607 - the system's own program, wherever that has it
                check=True,
                capture_output=True,
                text=True,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            if time.monotonic() >= deadline:
                said = getattr(error, "stderr", None) or str(error)
                raise SystemUserError(
                    f"Postgres does not run as root, and the user {USER!r} for it could not be made: {said.strip()}. "
                    f"Make a system user {USER!r}, or start as a user other than root"
                ) from error
            time.sleep(CREATE_POLL_SECONDS)
    return USER


def hand_over(folder: Path, user: str) -> None:
    """Give a folder to the user."""
    entry = pwd.getpwnam(user)
    os.chown(folder, entry.pw_uid, entry.pw_gid)


def make_reachable(path: Path) -> None:
    """Let every user pass through the folders above `path`, without letting them list these."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _exists() -> bool:
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True
