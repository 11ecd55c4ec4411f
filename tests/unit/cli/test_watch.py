"""The loop of --watch, with loads that are told only and a clock that never waits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import watch
from cli.main import app
from models.errors import DatabaseUnreachableError, ExactFeaturesError, KafkaUnreachableError
from models.exit_codes import ExitCode
from producers.errors import NothingLoadableError, TooManyRejectsError
from producers.files.watching import Patience
from producers.load.options import LoadOptions, RejectLimit
from producers.sources.folders import FolderFile
from tests.unit.cli.test_load import NOWHERE

DEFAULTS = LoadOptions()


class Loads:
    """Takes the place of loading: notes what was to be loaded, and how it ends."""

    def __init__(self, *ends: ExactFeaturesError | ExitCode) -> None:
        self.ends = list(ends)
        self.loaded: list[tuple[list[str], bool]] = []

    def __call__(self, files: Sequence[FolderFile], options: LoadOptions) -> ExitCode:
        self.loaded.append(([file.path.name for file in files], options.resume))
        end = self.ends.pop(0)
        if isinstance(end, ExactFeaturesError):
            raise end
        return end


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(watch, "_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(watch, "_RETRY_SECONDS", 0.001)
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x")
    return tmp_path


def loaded(folder: Path, *ends: ExactFeaturesError | ExitCode, options: LoadOptions = DEFAULTS) -> list[object]:
    loads = Loads(*ends, ExitCode.INTERRUPTED)
    assert watch.load_what_comes([str(folder)], Patience(0, 0), options, loads) is ExitCode.INTERRUPTED
    return [*loads.loaded]


def test_what_came_together_is_loaded_together_and_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def comes(_: float) -> None:
        (folder / "c.csv").write_text("x")

    monkeypatch.setattr("cli.watch.time.sleep", comes)
    assert loaded(folder, ExitCode.PARTLY) == [(["a.csv", "b.csv"], False), (["c.csv"], False)]
    assert f"watching {folder}: a file is loaded once it has not changed" in capsys.readouterr().err


def test_files_with_too_many_bad_rows_or_of_no_kind_are_told_and_do_not_keep_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("c.csv", "d.csv"):
        (folder / name).write_text("x")
    ends = (TooManyRejectsError("a is bad"), NothingLoadableError(["b is empty"]), ExitCode.DONE)
    options = LoadOptions(reject_limit=RejectLimit(rows=0))
    assert loaded(folder, *ends, options=options) == [([f"{name}.csv"], False) for name in "abcd"]
    assert capsys.readouterr().err.splitlines()[1:] == ["a is bad", "b is empty"]


def test_a_server_that_is_away_is_waited_for_and_the_load_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = ["a.csv", "b.csv"]
    ends = (KafkaUnreachableError("Kafka is away"), DatabaseUnreachableError("Postgres is away"))
    assert loaded(folder, *ends) == [(both, False), (both, True), (both, False)]
    told = capsys.readouterr().err.splitlines()
    assert told[1::2] == ["Kafka is away", "Postgres is away"]
    assert told[2].startswith("trying again in")


def test_a_folder_that_goes_away_is_told_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    away, looks = folder.with_name("away"), 0

    def next_look(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            folder.rename(away)
        if looks == 4:
            away.rename(folder)
            (folder / "c.csv").write_text("x")

    monkeypatch.setattr("cli.watch.time.sleep", next_look)
    assert loaded(folder, ExitCode.DONE)[1:] == [(["c.csv"], False)]
    told = capsys.readouterr().err.splitlines()[1:]
    assert told == [
        f"{folder}: cannot be read (No such file or directory): check the path",
        "all folders can be read again",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no/such/folder"], "no/such/folder: is not a folder"),
        (["-"], "-: is not a folder"),
        ([".", "--delete"], "--delete and --watch do not go together"),
    ],
)
def test_what_cannot_be_watched_is_said(arguments: list[str], said: str) -> None:
    done = CliRunner(env=NOWHERE).invoke(app, ["load", "--watch", *arguments])
    assert (done.exit_code, said in done.stderr) == (2, True)
