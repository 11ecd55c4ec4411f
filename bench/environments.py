"""Python environments of peers, each of its own, made when one is first needed and kept for later runs."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

from bench.errors import UnavailableError
from embedded.jars import cache_folder

INSTALL_SECONDS = 1800
DIGITS = 8


def environment_python(name: str, requirements: Path) -> Path:
    """The interpreter of the environment with what the file requires, in this user's cache folder; made if missing.

    All working trees of a user share it: its name follows from the requirements and from the version of Python.

    Raises:
        UnavailableError: it cannot be installed here.
    """
    folder = environment_folder(name, requirements)
    python, stamp = folder / "bin" / "python", folder / ".installed"
    if not stamp.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{folder.name}.lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not stamp.exists():
                _run([sys.executable, "-m", "venv", "--clear", str(folder)])
                install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
                _run([str(python), *install])
                stamp.touch()
    return python


def environment_folder(name: str, requirements: Path) -> Path:
    """Where it is, there or not."""
    made_of = f"{sys.version}\n{sys.base_prefix}\n{requirements.read_text(encoding='utf-8')}"
    return cache_folder() / f"venv-{name}-{hashlib.sha256(made_of.encode()).hexdigest()[:DIGITS]}"


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)  # noqa: S603  # ours
    except subprocess.CalledProcessError as error:
        raise UnavailableError(f"it could not be installed: {error.stderr.strip().splitlines()[-1]}") from error
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"it could not be installed within {INSTALL_SECONDS} seconds") from error
