"""Python environments of the engines, each of its own, made when an engine is first run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.errors import UnavailableError
from bench.process import PROJECT

INSTALL_SECONDS = 1800


def environment_python(name: str, requirements: Path) -> Path:
    """The interpreter of the environment `.venv-NAME`, with what the file requires; made if it is not there yet.

    Raises:
        UnavailableError: it cannot be installed here.
    """
    folder = PROJECT / f".venv-{name}"
    stamp, wanted = folder / ".requirements", requirements.read_text(encoding="utf-8")
    python = folder / "bin" / "python"
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == wanted):
        _run([sys.executable, "-m", "venv", str(folder)])
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
        _run([str(python), *install])
        stamp.write_text(wanted, encoding="utf-8")
    return python


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)  # noqa: S603  # ours
    except subprocess.CalledProcessError as error:
        raise UnavailableError(f"it could not be installed: {error.stderr.strip().splitlines()[-1]}") from error
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"it could not be installed within {INSTALL_SECONDS} seconds") from error
