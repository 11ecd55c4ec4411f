"""docs/architecture.md maps the tree as it is: each folder, and each module of the packages that it takes apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture_tables import DOCUMENT, ROOT, packages, rewritten

TEXT = DOCUMENT.read_text()
GENERATED = {"dist", "__pycache__"}
MOST_MODULES = 20
"""Of one package, the command line aside: its commands are modules each."""


def first_cells(heading: str) -> set[str]:
    """The code spans in the first column of the first table after a line."""
    [_, after] = re.split(rf"^{re.escape(heading)}$", TEXT, maxsplit=1, flags=re.MULTILINE)
    table = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)
    assert table is not None
    return {name for row in table[0].splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_each_folder_is_in_the_map_and_no_other() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - GENERATED
    assert first_cells("## The folders") == {f"{name}/" for name in folders}


def test_the_tables_of_modules_are_those_that_the_docstrings_give() -> None:
    assert rewritten(TEXT) == TEXT, "run: python -m tests.architecture_tables"


@pytest.mark.parametrize(
    "package", [path for path in packages() if path.name != "cli"], ids=lambda path: str(path.name)
)
def test_no_package_is_a_wall_of_modules(package: Path) -> None:
    assert len([*package.glob("*.py")]) - 1 <= MOST_MODULES
