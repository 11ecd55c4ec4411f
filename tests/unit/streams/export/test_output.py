from __future__ import annotations

from pathlib import Path

import pytest

from streams.export.output import ExportError, opened


def half_written(path: Path, error: BaseException) -> None:
    with opened(path) as output:
        output.write(b"after")
        raise error


def written(path: Path, content: bytes) -> None:
    with opened(path) as output:
        output.write(content)


def test_a_file_has_its_name_once_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"before")
    with opened(path) as output:
        assert output.write(b"after") == output.tell() == 5
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ConnectionResetError("Postgres is gone")])
def test_what_is_not_complete_leaves_the_file_before_and_no_other(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"before")
    with pytest.raises(type(error)):
        half_written(path, error)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "t.csv")
    with opened(tmp_path / "link.csv") as output:
        output.write(b"rows")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "t.csv").read_bytes() == b"rows"


def test_a_folder_that_is_missing_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"nothing/t.csv: cannot be written \(No such file or directory\)"):
        written(tmp_path / "nothing" / "t.csv", b"")


def test_a_full_disk_is_reported_and_what_is_not_a_file_is_left_in_place() -> None:
    with pytest.raises(ExportError, match=r"/dev/full: cannot be written \(No space left on device\)"):
        written(Path("/dev/full"), b"x" * 100_000)
    assert Path("/dev/full").is_char_device()
