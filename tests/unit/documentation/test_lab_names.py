"""Only `models/lab.py` knows the lab: no other module of the product names a table or column of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.declaration.loading import load_model
from tests.fenced_blocks import ROOT

COMMON = {"name", "email"}
"""Words that say something else as well."""
FIRST_OF_ANY_MODEL = "0007"
"""The migrations before it made the lab's own tables."""


def lab_names() -> set[str]:
    model = load_model("models.lab")
    found = {name for rows in model.rows for name in (rows.name, *rows.types, *rows.file_names)}
    found |= {name for table in model.features for name in (table.name, *(output.name for output in table.outputs))}
    return (found | {*model.reports}) - COMMON


def modules() -> Iterator[Path]:
    for package in ("models", "producers", "streams", "cli"):
        yield from (path for path in sorted((ROOT / package).rglob("*.*")) if path.suffix in {".py", ".js", ".html"})
    yield from (path for path in sorted((ROOT / "migrations").rglob("*.py")) if path.name[:4] > FIRST_OF_ANY_MODEL)
    yield ROOT / "deploy/postgres/roles.sql"


NAMED = re.compile(rf"\b({'|'.join(sorted(lab_names()))})\b")


@pytest.mark.parametrize("path", [*modules()], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_names_nothing_of_the_lab(path: Path) -> None:
    if path != ROOT / "models/lab.py":
        assert NAMED.findall(path.read_text()) == []


def test_the_lab_itself_is_found() -> None:
    assert {"users", "experiment_run_time", "top_compound_id", "user_report"} <= set(
        NAMED.findall((ROOT / "models/lab.py").read_text())
    )
