"""`ingest init`: what it writes and prints, and what it refuses without changing anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from models.declaration.loading import load_model

SALES = "sale_id;place;amount\n" + "".join(f"{number};{'ab'[number % 2]};{number}.5\n" for number in range(1, 9))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with files to look at."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "sales.csv").write_text(SALES)
    return tmp_path


def init(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["init", *arguments])


def test_a_model_is_written_that_loads(folder: Path) -> None:
    done = init("files")
    assert (done.exit_code, done.stderr) == (0, "")
    assert [rows.name for rows in load_model(str(folder / "model.py")).rows] == ["sales"]
    assert sorted(path.name for path in folder.iterdir()) == ["files", "model.py"]


def test_the_commands_that_come_next_are_printed_with_the_options_that_are_needed(folder: Path) -> None:
    (folder / "files" / "sales.csv").write_text("# by hand\n" + SALES + "9;a;NULL\n")
    printed = init("files", "--output", "my model.py", "--comment", "#").stdout
    assert "\n  ingest demo files --model 'my model.py' -- --comment '#' --null NULL\n" in printed
    assert "\n  ingest worker --model 'my model.py' &\n" in printed
    assert printed.endswith("\n  ingest load files --model 'my model.py' --comment '#' --null NULL\n")


def test_a_file_that_is_there_is_left_as_it_is_unless_asked(folder: Path) -> None:
    (folder / "model.py").write_text("mine")
    refused = init("files")
    assert refused.exit_code == 2
    assert "model.py: is there already, and is left as it is" in refused.stderr
    assert (folder / "model.py").read_text() == "mine"

    assert init("files", "--force").exit_code == 0
    assert "class Sale(" in (folder / "model.py").read_text()


BAD: dict[str, tuple[bytes, str]] = {
    "binary": (b"\x00\x01\x02\x03\n\x00", "is not text in UTF-8"),
    "numbers": (b"1,2,3\n4,5,6\n", "has no header, as its first line holds values (1,2,3)"),
    "mail": (b"Ada,ada@example.org\nBo,bo@example.org\n", "has no header, as its first line holds values"),
    "words": (
        b"red,small\nblue,big\nred,small\ngreen,big\n",
        "has no header, as its first line holds values of the rows",
    ),
    "title": (b"Sales\n\nid;day\n1;2024-01-01\n2;2024-01-02\n", "is the header line 3? Then add --skip-lines 2"),
    "note": (b"Sales,2024a\nid,day,x\n1,a,b\n2,b,c\n3,c,d\n", "is the header line 2? Then add --skip-lines 1"),
    "empty": (b"", "is empty: expected a header"),
    "undecodable": (b"name,place\nJos\xe9,K\xf6ln\n\x81\x8d,x\n", "name its encoding with --encoding"),
    "twice": (b"a,A\n1,2\n", "has no column with a name of its own"),
}


@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_a_file_that_shows_no_columns_is_reported_and_nothing_is_written(
    content: bytes, reason: str, folder: Path
) -> None:
    (folder / "bad.csv").write_bytes(content)
    done = init("bad.csv")
    assert done.exit_code == 2
    assert reason in done.stderr
    assert not (folder / "model.py").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["empty"], "empty: holds no .csv, .tsv or .txt file with rows"),
        (["missing.csv"], "missing.csv: cannot be read"),
        (["-"], "standard input can be read only once"),
        (["files", "--output", "model.txt"], "a model is a Python file"),
        (["files", "--output", "no/model.py"], "no: is not a folder"),
        (["files", "--delimiter", "ab"], "the delimiter 'ab' cannot be used"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_way_on(arguments: list[str], reason: str, folder: Path) -> None:
    (folder / "empty").mkdir()
    done = init(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert reason in done.stderr


def test_one_bad_file_leaves_the_others(folder: Path) -> None:
    (folder / "files" / "bad.csv").write_bytes(b"\x00\x01")
    (folder / "files" / "readme.txt").write_text("Sales of the year\nby hand\n")
    done = init("files")
    assert done.exit_code == 1
    assert "files/bad.csv: is not text" in done.stderr
    assert "files/readme.txt: passed over" in done.stderr
    assert [rows.name for rows in load_model(str(folder / "model.py")).rows] == ["sales"]


def test_the_line_that_the_message_names_is_the_header(folder: Path) -> None:
    (folder / "bad.csv").write_text("Sales\n\nid;day\n1;2024-01-01\n2;2024-01-02\n")
    assert init("bad.csv", "--skip-lines", "2").exit_code == 0
    assert [*load_model(str(folder / "model.py")).rows[0].types] == ["id", "day"]
