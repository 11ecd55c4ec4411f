from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import SettingsError
from streams.table.store_slot import StoreSlot


def test_each_worker_takes_a_slot_of_its_own(tmp_path: Path) -> None:
    first, second = StoreSlot(tmp_path), StoreSlot(tmp_path)
    assert [first.path.name, second.path.name] == ["worker-1", "worker-2"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"STORE_DIR=.*file"):
        StoreSlot(tmp_path / "file")
