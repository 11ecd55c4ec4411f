"""`ingest demo` up to the start of the servers; the job itself is tested on servers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.unit.deployment.image import ROOT


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that took the place of this process."""
    commands: list[list[str]] = []
    monkeypatch.setattr(os, "execve", lambda _program, command, _environment: commands.append(command))
    return commands


def test_the_sample_files_are_found_in_a_checkout(started: list[list[str]]) -> None:
    assert CliRunner().invoke(app, ["demo"]).exit_code == 0

    [command] = started
    job = [sys.executable, "-m", "cli.main_job", str(ROOT / "data")]
    assert command == [sys.executable, "-m", "embedded", *job]


def test_a_folder_of_ones_own_is_taken_instead(started: list[list[str]], tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["demo", str(tmp_path)]).exit_code == 0
    assert started[0][-1] == str(tmp_path)


def test_options_of_reading_are_the_producers(started: list[list[str]], tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["demo", str(tmp_path), "--", "--null", "NA"]).exit_code == 0
    assert started[0][-3:] == [str(tmp_path), "--null", "NA"]


def test_a_folder_that_is_not_there_starts_no_server(started: list[list[str]], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", str(tmp_path / "missing")])

    assert result.exit_code == 2
    assert "missing: no such folder; name one that holds CSV files" in result.stderr
    assert not started
