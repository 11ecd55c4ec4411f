"""docs/architecture.md maps the tree as it is: each folder, and each module of the packages that it takes apart."""

from __future__ import annotations

import re

import pytest

from tests.fenced_blocks import ROOT

DOCUMENT = (ROOT / "docs" / "architecture.md").read_text()
TAKEN_APART = ("models", "producers", "streams", "cli")
GENERATED = {"dist", "__pycache__"}


def first_cells(heading: str) -> set[str]:
    """The code spans in the first column of the first table after a line."""
    [_, after] = re.split(rf"^{re.escape(heading)}$", DOCUMENT, maxsplit=1, flags=re.MULTILINE)
    table = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)
    assert table is not None
    return {name for row in table[0].splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_each_folder_is_in_the_map_and_no_other() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - GENERATED
    assert first_cells("## The folders") == {f"{name}/" for name in folders}


@pytest.mark.parametrize("package", TAKEN_APART)
def test_each_module_is_in_its_packages_table_and_no_other(package: str) -> None:
    found = {path for path in (ROOT / package).iterdir() if not path.name.startswith("__")}
    modules = {path.stem for path in found if path.suffix == ".py"} | {
        f"{path.name}/" for path in found if path.is_dir()
    }
    assert first_cells(f"`{package}/`") == modules
