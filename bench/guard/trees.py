"""The named commit in a git worktree, with an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.errors import MeasurementError
from bench.process import PROJECT, Tree

PROJECT_FILE, CONSTRAINTS = "pyproject.toml", "constraints.txt"
ASKING = ("dependencies", "optional-dependencies", "requires-python")
ENVIRONMENT = ".venv"


@contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Tree]:
    """A working tree of the commit in a new folder, for one block.

    Raises:
        MeasurementError: there is no such commit, or its environment could not be made.
    """
    _run(["git", "worktree", "add", "--detach", str(folder), commit], PROJECT)
    try:
        environment = folder / ENVIRONMENT
        if same_dependencies(PROJECT, folder):
            link_environment(PROJECT / ENVIRONMENT, environment, PROJECT, folder)
        else:
            _run(["make", "setup"], folder)
        yield Tree(folder, str(environment / "bin" / "python"))
    finally:
        _run(["git", "worktree", "remove", "--force", str(folder)], PROJECT)


def same_dependencies(one: Path, other: Path) -> bool:
    """Whether both trees ask for the same packages in the same versions."""
    return _asked(one) == _asked(other)


def _asked(tree: Path) -> tuple[list[object], bytes]:
    project = tomllib.loads((tree / PROJECT_FILE).read_text(encoding="utf-8"))["project"]
    return [project.get(name) for name in ASKING], (tree / CONSTRAINTS).read_bytes()


def link_environment(source: Path, target: Path, project: Path, other: Path) -> None:
    """A copy of an environment, by hard links where they can be, in which the project is installed from another tree.

    Args:
        source: the environment.
        target: the new one.
        project: the tree that the environment's project is installed from.
        other: the tree that the copy's is installed from.
    """
    shutil.copytree(source, target, symlinks=True, copy_function=_link)
    for path in target.glob("lib/python*/site-packages/*.pth"):
        text = path.read_text(encoding="utf-8")
        if str(project) in text:
            # A new file: the link's other name keeps the old content.
            path.unlink()
            path.write_text(text.replace(str(project), str(other)), encoding="utf-8")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        # Another file system: a copy takes longer, no more.
        shutil.copy2(source, target)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # our own
    if done.returncode != 0:
        raise MeasurementError(f"{' '.join(command)}:\n{done.stderr[-1000:]}")
