from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from bench.errors import MeasurementError
from bench.guard.__main__ import main
from bench.guard.trees import checked_out, link_environment, same_dependencies
from bench.process import Tree


def tree(folder: Path, constraints: str, project: str = "") -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(f"[project]\n{project}\n")
    (folder / "constraints.txt").write_text(constraints)
    return folder


def test_trees_ask_for_the_same_packages_by_their_dependencies_and_constraints(tmp_path: Path) -> None:
    one = tree(tmp_path / "one", "x==1", 'dependencies = ["x"]')
    assert same_dependencies(one, tree(tmp_path / "same", "x==1", 'dependencies = ["x"]\n[tool.ruff]\nline-length = 9'))
    assert not same_dependencies(one, tree(tmp_path / "newer", "x==2", 'dependencies = ["x"]'))
    assert not same_dependencies(one, tree(tmp_path / "more", "x==1", 'dependencies = ["x", "y"]'))


def test_a_linked_environment_imports_the_project_from_the_other_tree(tmp_path: Path) -> None:
    here, other = tmp_path / "here", tmp_path / "other"
    for folder in (here, other):
        folder.mkdir()
        (folder / "which.py").write_text(f"print({folder.name!r})")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(here / ".venv")], check=True)
    packages = next((here / ".venv" / "lib").glob("python*/site-packages"))
    (packages / "which.pth").write_text(f"{here}\n")
    link_environment(here / ".venv", other / ".venv", here, other)
    for folder in (here, other):
        command = [str(folder / ".venv" / "bin" / "python"), "-c", "import which"]
        done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
        assert done.stdout.strip() == folder.name


def test_a_commit_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="no-such-commit"), checked_out("no-such-commit", tmp_path / "tree"):
        pass


@pytest.mark.parametrize("arguments", [[], [""], ["-x"]])
def test_without_a_commit_the_usage_is_printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "AGAINST=<commit>" in capsys.readouterr().err


@pytest.mark.parametrize(("ours", "code"), [(70.0, 1), (100.0, 0)])
def test_the_exit_code_says_whether_the_working_tree_is_surely_slower(
    ours: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.guard.__main__.checked_out", lambda _, folder: nullcontext(Tree(folder, sys.executable)))
    pair = ({"worker rows/s": ours}, {"worker rows/s": 100.0})
    monkeypatch.setattr("bench.guard.__main__.measure", lambda *_: [pair] * 3)
    assert main(["HEAD"]) == code
    assert ("surely worse" in capsys.readouterr().out) == bool(code)
