from pathlib import Path

import pytest

from producers.inputs import find
from producers.reading import ReadingOptions

USERS = "user_id,name,email,signup_date\n1,Ada,,2024-01-01\n"
COMPOUNDS = "compound_id,compound_name,compound_structure\n"
EXPERIMENTS = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.CSV").write_text(EXPERIMENTS)
    (tmp_path / "b.csv").write_text(COMPOUNDS)
    (tmp_path / "c.csv").write_text(USERS)
    (tmp_path / ".d.csv").write_text(USERS)
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "deeper.csv").mkdir()
    return tmp_path


def test_a_folders_files_come_users_first(folder: Path) -> None:
    found = find([folder])
    assert [file.source.file_name for file in found.files] == ["c.csv", "b.csv", "a.CSV"]
    assert found.problems == ()


def test_a_file_named_by_itself_needs_no_suffix(folder: Path) -> None:
    (folder / "users").write_text(USERS)
    assert [file.layout.kind.name for file in find([folder / "users"]).files] == ["users"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty: expected a header"),
        (b"\n\r\n,,,\n", "holds no header that could be read"),
        (b"x" * 3_000_000, "holds no header that could be read"),
        (
            USERS.encode("utf-16-le"),
            "is not text in UTF-8; it looks like UTF-16 without its mark: add --encoding utf-16-le",
        ),
        (b"PK\x03\x04\xff\xfe\x00\x00", "cannot be read as a zip archive"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is not text in UTF-8: save it"),
        (b"colour,size\n", "no known kind"),
        (b"user_id,name,signup_date\n", "lacks email"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named_with_the_reason(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    (line,) = find([path]).problems
    assert line.startswith(f"{path}: ")
    assert problem in line
    assert "\n" not in line


def test_other_files_are_still_found(folder: Path) -> None:
    (folder / "bad.csv").write_bytes(b"")
    found = find([folder / "missing", folder])
    assert len(found.files) == 3
    assert [problem.split(": ")[1] for problem in found.problems] == [
        "cannot be read (No such file or directory)",
        "is empty",
    ]


def test_a_folder_without_csv_files_is_named(tmp_path: Path) -> None:
    assert find([tmp_path]).problems == (
        f"{tmp_path}: the folder holds no .csv file: name a folder with CSV files, or the files",
    )


def test_a_path_without_permission_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refused)
    (problem,) = find([folder / "c.csv"]).problems
    assert problem == (
        f"{folder / 'c.csv'}: cannot be read (Permission denied): "
        "give the user that runs this command the right to read it"
    )
    monkeypatch.setattr(Path, "iterdir", refused)
    assert "Permission denied" in find([folder]).problems[0]


def test_a_byte_order_mark_and_blank_lines_before_the_header_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xef\xbb\xbf\r\n  \r\n" + b"\n" * 1000 + USERS.replace("\n", "\r\n").encode())
    (file,) = find([path]).files
    assert file.header_line == 1003
    with file.opened() as records:
        assert list(records) == [(1004, ["1", "Ada", "", "2024-01-01"])]


@pytest.mark.parametrize(
    "sample", sorted((Path(__file__).parents[3] / "data").glob("*.csv")), ids=lambda path: path.name
)
def test_our_own_sample_data_is_known(sample: Path) -> None:
    assert find([sample]).problems == ()


def test_more_lines_to_skip_than_there_are_is_told(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("user_id,name,email,signup_date\n1,Ada,,2024-01-01\n")
    found = find([path], reading=ReadingOptions(skip_lines=2))
    assert found.problems == (
        f"{path}: has 2 lines, and 2 were to be skipped (--skip-lines): expected a header, then rows",
    )
