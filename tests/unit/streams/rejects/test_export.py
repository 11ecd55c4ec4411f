from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from streams.rejects.export import Export, ExportError

HEADER = "user_id,name,email,signup_date"


def row(file: str = "labs/users.csv", **more: object) -> dict[str, Any]:
    return {"reject_id": UUID(int=1), "file": file, "kind": "users", "header": HEADER, "original": "x,=1+1,,", **more}


def exported(target: Path, *rows: dict[str, Any], most: int | None = None) -> Export:
    export = Export(target, most)
    for each in rows:
        export.add(each)
    export.close()
    return export


def test_rows_are_written_as_they_stood_under_their_own_header(tmp_path: Path) -> None:
    exported(tmp_path, row(), row(original='y,"a\r\nb",,', reject_id=UUID(int=2)))
    assert (tmp_path / "users.csv").read_bytes() == f'{HEADER}\nx,=1+1,,\ny,"a\r\nb",,\n'.encode()
    assert (tmp_path / "users.csv.rejects").read_text().split() == [str(UUID(int=1)), str(UUID(int=2))]


def test_each_file_has_an_export_of_its_own(tmp_path: Path) -> None:
    done = exported(tmp_path, row("a/users.csv"), row("b/users.csv"), row("c/users.csv.gz"))
    assert [path.name for path in done.files] == ["users.csv", "users-2.csv", "users-3.csv"]


def test_one_file_is_not_given_the_rows_of_several(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="come from several files"):
        exported(tmp_path / "one.csv", row("a.csv"), row("b.csv"))


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    exported(tmp_path, row())
    with pytest.raises(ExportError, match="is there already"):
        exported(tmp_path, row())


@pytest.mark.parametrize(
    "odd", [row(kind=None), row(header=None), row(original=None), row(original="x" * 65536)], ids=range(4)
)
def test_what_cannot_be_loaded_again_is_left_out_and_counted(tmp_path: Path, odd: dict[str, Any]) -> None:
    done = exported(tmp_path, odd)
    assert (done.files.total(), done.left_out.total()) == (0, 1)


def test_no_more_rows_are_written_than_was_said(tmp_path: Path) -> None:
    assert exported(tmp_path / "a", row(), row(), most=2).files.total() == 2
    with pytest.raises(ExportError, match="more than 2 rows"):
        exported(tmp_path / "b", row(), row(), row(), most=2)
