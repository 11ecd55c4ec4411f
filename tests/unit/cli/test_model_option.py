from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from models.exit_codes import ExitCode
from producers import csv

FAULTY = """\
from models.declare import *

class A(Row, table="a", key="x"):
    y: float
"""


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MODEL", "models.lab")
    path = tmp_path / "faulty.py"
    path.write_text(FAULTY)
    return str(path)


@pytest.mark.parametrize("command", [["load", ".", "--dry-run"], ["status"], ["report"], ["rejects", "list"]])
def test_all_faults_of_a_model_end_any_command(faulty: str, command: list[str]) -> None:
    run = CliRunner().invoke(app, [*command, "--model", faulty])
    assert run.exit_code == ExitCode.NOTHING
    assert f"{faulty}:3: A.key: names 'x', which is not a column" in run.stderr
    assert f"{faulty}:4: A.y: is a float" in run.stderr


def test_the_fixed_form_takes_the_option_too(faulty: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert csv.main([".", "--model", faulty]) == ExitCode.NOTHING
    assert f"{faulty}:4: A.y: is a float" in capsys.readouterr().err


def test_processes_that_are_started_have_the_same_model(faulty: str) -> None:
    CliRunner().invoke(app, ["load", ".", "--dry-run", "--model", faulty])
    assert os.environ["MODEL"] == faulty


def test_each_command_names_the_option_in_its_help() -> None:
    for command in (["load"], ["worker"], ["rejects", "export"], ["loads", "show"], ["doctor"]):
        assert "--model" in CliRunner().invoke(app, [*command, "--help"]).stdout


def test_the_help_of_the_fixed_form_lists_the_kinds_of_the_model(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL", "examples/shop.py")
    with pytest.raises(SystemExit):
        csv.main(["--help"])
    assert "  order_lines  order_no, line, customer_email, sku," in capsys.readouterr().out
