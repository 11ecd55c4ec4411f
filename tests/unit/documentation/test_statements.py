"""SQL stands in the modules of statements, as docs/development.md says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.fenced_blocks import ROOT

SQL = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|COPY|TRUNCATE|CREATE|ALTER|LOCK TABLE) \S")
MODULES = [
    path
    for package in ("cli", "models", "producers", "streams")
    for path in sorted((ROOT / package).rglob("*.py"))
    if not path.stem.endswith("statements") and path.parent != ROOT / "models" / "sql"
    # A model says how its own views are made.
    if path != ROOT / "models" / "lab.py"
]


def statements(path: Path) -> list[str]:
    constants = [node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
    return [text for text in constants if isinstance(text, str) and SQL.match(text)]


def test_modules_of_something_else_have_no_sql() -> None:
    assert not {str(path.relative_to(ROOT)): found for path in MODULES if (found := statements(path))}
