from pathlib import Path

import pytest

from embedded.data_folder import DataFolder
from embedded.errors import DataFolderError


def test_a_temporary_folder_is_removed() -> None:
    with DataFolder() as folder:
        (folder.logs / "kafka.log").write_text("said", encoding="utf-8")
        kept = folder.keep_logs()
    try:
        assert not folder.path.exists()
        assert (kept / "kafka.log").read_text(encoding="utf-8") == "said"
    finally:
        (kept / "kafka.log").unlink()
        kept.rmdir()


def test_a_named_folder_is_made_and_kept(tmp_path: Path) -> None:
    with DataFolder(tmp_path / "new" / "data") as folder:
        assert folder.keep_logs() == folder.logs
    assert folder.store.is_dir()


def test_a_folder_in_use_is_refused_until_it_is_free(tmp_path: Path) -> None:
    with DataFolder(tmp_path), pytest.raises(DataFolderError, match="in use by another run"):
        DataFolder(tmp_path, lock_limit_seconds=0.0)
    with DataFolder(tmp_path, lock_limit_seconds=0.0):
        pass


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataFolderError, match="Name a folder that can be written"):
        DataFolder(tmp_path / "file")
