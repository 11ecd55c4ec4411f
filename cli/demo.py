"""`ingest demo`: files to features in one command, with a Kafka and a Postgres of its own."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.running import reported_errors
from models.errors import ExactFeaturesError

_HERE = Path(__file__).parent
# The wheel holds the sample files beside this module (pyproject.toml); in a checkout they are the folder data/.
_SAMPLES = (_HERE / "sample", _HERE.parent / "data")


class DemoError(ExactFeaturesError):
    """`ingest demo` cannot start."""


def demo(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR|FILE…]", help="Your folder of CSV files; else the sample files.")
    ] = None,
    others: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- OPTION…]", help="How to read them: options of python -m producers.csv."),
    ] = None,
) -> None:
    """Start a Kafka and a Postgres, run the job on a folder, print the report, and leave nothing behind."""
    with reported_errors():
        command = [*_command(folder or _sample()), *(others or ())]
    # In place of this process: signals and the exit code are the job's own. The folder that it is started in may hold
    # modules of anyone's, under the names of ours: they are not to be taken for them.
    os.execve(sys.executable, command, {**os.environ, "PYTHONSAFEPATH": "1"})  # noqa: S606  # our own command


def _command(folder: Path) -> list[str]:
    if not folder.exists():
        raise DemoError(f"{folder}: no such folder; name one that holds CSV files")
    if importlib.util.find_spec("embedded") is None:
        raise DemoError(
            "the package `embedded` is not installed (the worker's image has none): use ingest load instead"
        )
    return [sys.executable, "-m", "embedded", sys.executable, "-m", "cli.main_job", str(folder)]


def _sample() -> Path:
    for folder in _SAMPLES:
        if folder.is_dir():
            return folder
    raise DemoError(f"no sample files in {' or '.join(map(str, _SAMPLES))}: name a folder of your own")
