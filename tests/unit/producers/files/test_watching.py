"""Which files are complete, by a clock that the test sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from producers.files.watching import Patience, WatchedFolders

SETTLE = 5.0
LAST_LINE = 60.0


class Watched:
    def __init__(self, *folders: Path) -> None:
        self.time = 100.0
        self.folders = WatchedFolders(folders, Patience(SETTLE, LAST_LINE), lambda: self.time)

    def names_after(self, seconds: float) -> list[str]:
        self.time += seconds
        return [file.path.name for file in self.folders.complete_files()]

    def take_all(self) -> None:
        self.folders.take(self.folders.complete_files())


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_file_is_complete_once_it_has_not_changed_for_a_while(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("user_id\n")
    assert watched.names_after(0) == []
    assert watched.names_after(SETTLE - 1) == []
    with path.open("a") as file:
        file.write("1\n")
    assert watched.names_after(2) == []
    assert watched.names_after(SETTLE) == ["x.csv"]
    # It is told until it is taken: a load that failed is tried again.
    assert watched.names_after(1) == ["x.csv"]


def test_a_file_that_was_taken_is_told_again_only_when_it_changed(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old\n")
    watched.names_after(0)
    assert watched.names_after(SETTLE) == ["x.csv"]
    watched.take_all()
    assert watched.names_after(100) == []
    (tmp_path / "new").write_text("new\n")
    (tmp_path / "new").replace(path)
    assert watched.names_after(1) == []
    assert watched.names_after(SETTLE) == ["x.csv"]


def test_a_change_while_it_is_loaded_is_told_afterwards(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old\n")
    watched.names_after(0)
    watched.time += SETTLE
    files = watched.folders.complete_files()
    path.write_text("longer\n")
    watched.folders.take(files)
    watched.names_after(0)
    assert watched.names_after(SETTLE) == ["x.csv"]


def test_permission_to_read_is_a_change(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old\n")
    path.chmod(0)
    watched.names_after(0)
    watched.time += SETTLE
    watched.take_all()
    path.chmod(0o600)
    watched.names_after(0)
    assert watched.names_after(SETTLE) == ["x.csv"]


def test_temporary_and_hidden_names_and_folders_are_not_meant(watched: Watched, tmp_path: Path) -> None:
    names = ["x.csv.part", "x.csv.tmp", ".x.csv", "~$x.csv", "._x.csv", ".x.csv.gz.Ab12", "x.md", "b.CSV", "a.csv.gz"]
    for name in names:
        (tmp_path / name).write_text("x\n")
    (tmp_path / "done").mkdir()
    watched.names_after(0)
    assert watched.names_after(SETTLE) == ["a.csv.gz", "b.CSV"]


def test_a_file_that_is_renamed_to_its_name_is_told_under_that(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "x.csv.part").write_text("x\n")
    assert watched.names_after(100) == []
    (tmp_path / "x.csv.part").rename(tmp_path / "x.csv")
    watched.names_after(0)
    assert watched.names_after(SETTLE) == ["x.csv"]


def test_a_file_that_is_gone_is_forgotten(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("x\n")
    watched.names_after(0)
    (tmp_path / "x.csv").unlink()
    (tmp_path / "y.csv").symlink_to(tmp_path / "nowhere")
    assert watched.names_after(SETTLE) == []
    assert watched.folders.problems == []


def test_a_folder_that_is_away_is_told_and_its_files_are_not_new_afterwards(tmp_path: Path) -> None:
    share, other = tmp_path / "share", tmp_path / "other"
    for folder in (share, other):
        folder.mkdir()
        (folder / f"{folder.name}.csv").write_text("x\n")
    watched = Watched(share, other)
    watched.names_after(0)
    watched.time += SETTLE
    watched.take_all()
    share.rename(tmp_path / "away")
    (other / "new.csv").write_text("x\n")
    watched.names_after(0)
    assert watched.names_after(SETTLE) == ["new.csv"]
    [problem] = watched.folders.problems
    assert problem.startswith(f"{share}: cannot be read (No such file")
    (tmp_path / "away").rename(share)
    assert watched.names_after(SETTLE) == ["new.csv"]
    assert watched.folders.problems == []


def test_a_file_without_a_last_line_end_waits(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("user_id\n30")
    watched.names_after(0)
    assert watched.names_after(SETTLE) == []
    [line] = watched.folders.news
    assert line.startswith(f"{path}: waits")
    assert (watched.names_after(1), watched.folders.news) == ([], [])
    with path.open("a") as file:
        file.write("1\n30")
    watched.names_after(0)
    assert watched.names_after(LAST_LINE - 1) == []
    assert watched.names_after(1) == ["x.csv"]
    watched.take_all()
    with path.open("a") as file:
        file.write("2\n")
    watched.names_after(0)
    assert watched.names_after(SETTLE) == ["x.csv"]


def test_a_complete_file_is_given_with_the_size_that_it_had(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("user_id\n1\n")
    watched.names_after(0)
    watched.time += SETTLE
    [file] = watched.folders.complete_files()
    assert file.size == path.stat().st_size


def test_the_parts_of_a_file_are_watched(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "users.csv").mkdir()
    (tmp_path / "users.csv" / "part-00000").write_text("x\n")
    watched.names_after(0)
    assert watched.names_after(SETTLE) == ["part-00000"]


def test_what_is_passed_over_is_told_once_it_stays(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_text("x")
    watched.names_after(0)
    assert watched.folders.news == []
    watched.names_after(SETTLE)
    assert watched.folders.news == [f"{tmp_path}: passed over: x.parquet"]
    watched.names_after(SETTLE)
    assert watched.folders.news == []
