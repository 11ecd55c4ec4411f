from pathlib import Path

import pytest

from producers.files.discovery import find
from producers.rows.read_options import ReadOptions
from producers.sources.folders import FolderFile
from tests.lab_kinds import deletion_mapping
from tests.reading_path import outcome_of

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
    (tmp_path / "deeper").mkdir()
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
        f"{tmp_path}: holds no .csv, .tsv or .txt file with rows: name a folder with such files, or the files",
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
    "sample", sorted((Path(__file__).parents[4] / "data").glob("*.csv")), ids=lambda path: path.name
)
def test_our_own_sample_data_is_known(sample: Path) -> None:
    assert find([sample]).problems == ()


def test_files_of_one_kind_come_in_natural_order(tmp_path: Path) -> None:
    for number in (12, 9, 1):
        (tmp_path / f"e_{number}.csv").write_text(EXPERIMENTS)
    assert [file.source.file_name for file in find([tmp_path]).files] == ["e_1.csv", "e_9.csv", "e_12.csv"]


def test_paths_keep_the_order_given_and_it_is_said_where_that_is_not_the_order_of_numbers(tmp_path: Path) -> None:
    paths = [tmp_path / f"e_{number}.csv" for number in (12, 9)]
    for path in paths:
        path.write_text(EXPERIMENTS)
    found = find(paths)
    assert [file.source.file_name for file in found.files] == ["e_12.csv", "e_9.csv"]
    (note,) = found.notes
    assert "loaded in the order given" in note
    assert find(reversed(paths)).notes == ()


def test_a_folder_of_parts_is_one_table(tmp_path: Path) -> None:
    parts = tmp_path / "users.csv"
    parts.mkdir()
    both = USERS.replace("signup_date", "signup_date,compound_id,compound_name,compound_structure")
    for name in ("part-00010", "part-00009-ab-c000.csv"):
        (parts / name).write_text(both.replace("-01\n", "-01,1,x,\n"))
    for name in ("_SUCCESS", ".part-00009-ab-c000.csv.crc", "part-00011.csv"):
        (parts / name).write_bytes(b"")
    for place in (tmp_path, parts):
        found = find([place])
        # The header fits two kinds; the folder's name tells which.
        assert [(file.name, file.layout.kind.name) for file in found.files] == [
            (f"{parts}/part-00009-ab-c000.csv", "users"),
            (f"{parts}/part-00010", "users"),
        ]
        assert (found.problems, found.notes) == ((), ())


def test_a_folder_of_parts_that_is_being_written_is_passed_over(tmp_path: Path) -> None:
    parts = tmp_path / "users.csv"
    (parts / "_temporary").mkdir(parents=True)
    (parts / "part-00000.csv").write_text(USERS)
    (tmp_path / "c.csv").write_text(COMPOUNDS)
    found = find([tmp_path])
    assert len(found.files) == 1
    assert found.notes == (f"{tmp_path}: passed over: users.csv/_temporary/ (it is still being written)",)


def test_text_that_is_something_else_is_passed_over_where_it_was_not_named(tmp_path: Path) -> None:
    (tmp_path / "README.txt").write_text("About these files\n")
    (tmp_path / "more.txt").write_text(COMPOUNDS.replace(",", "\t"))
    (tmp_path / "broken.txt").write_text("compound_id,compound_name\n")
    (tmp_path / "users.txt").write_text("")
    found = find([tmp_path])
    assert [file.source.file_name for file in found.files] == ["more.txt"]
    assert found.notes == (f"{tmp_path}: passed over: README.txt",)
    assert [problem.partition(": ")[0] for problem in found.problems] == [
        f"{tmp_path}/broken.txt",
        f"{tmp_path}/users.txt",
    ]
    assert "no known kind" in find([tmp_path / "README.txt"]).problems[0]


def test_a_number_in_some_text_of_a_folder_deletes_nothing(tmp_path: Path) -> None:
    (tmp_path / "count.txt").write_text("42\n")
    (tmp_path / "ids.csv").write_text("experiment_id\n1\n")
    found = find([tmp_path], deletion_mapping)
    assert [file.source.file_name for file in found.files] == ["ids.csv"]
    assert len(find([tmp_path / "count.txt"], deletion_mapping).files) == 1


def test_what_is_passed_over_is_listed_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(COMPOUNDS)
    for name in ("x.parquet", "y\x1b.jsonl", ".hidden", "_SUCCESS", "c.csv.part"):
        (tmp_path / name).write_text("x")
    (tmp_path / "deeper").mkdir()
    assert find([tmp_path]).notes == (f"{tmp_path}: passed over: c.csv.part, deeper/, x.parquet, y\\x1b.jsonl",)


def test_files_that_were_found_before_are_read_up_to_their_size_users_first(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(COMPOUNDS + "1,Caffeine,\n2,Asp")
    (tmp_path / "u.csv").write_text(USERS)
    size = len(COMPOUNDS + "1,Caffeine,\n")
    found = find([FolderFile(tmp_path / "c.csv", size=size), FolderFile(tmp_path / "u.csv")])
    assert [file.source.file_name for file in found.files] == ["u.csv", "c.csv"]
    assert len(outcome_of(found.files[1]).published) == 1
    assert found.files[1].source.size == size


def test_more_lines_to_skip_than_there_are_is_told(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("user_id,name,email,signup_date\n1,Ada,,2024-01-01\n")
    found = find([path], reading=ReadOptions(skip_lines=2))
    assert found.problems == (
        f"{path}: has 2 lines, and 2 were to be skipped (--skip-lines): expected a header, then rows",
    )
