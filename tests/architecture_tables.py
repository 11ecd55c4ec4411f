"""Writes the module tables of docs/architecture.md from docstrings: `python -m tests.architecture_tables`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "architecture.md"
TAKEN_APART = ("models", "producers", "streams", "cli")
BEGIN = "<!-- modules: written by python -m tests.architecture_tables -->"
END = "<!-- end of modules -->"


def first_line(module: Path) -> str:
    """The first line of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(module.read_text()))
    assert docstring is not None, f"{module} has no docstring"
    return docstring.splitlines()[0]


def packages() -> Iterator[Path]:
    """The packages that the document takes apart, outer ones first."""
    for name in TAKEN_APART:
        yield from (path.parent for path in sorted((ROOT / name).rglob("__init__.py")))


def table(package: Path) -> str:
    """A heading, what the package is, and a line a module."""
    modules = sorted(path for path in package.glob("*.py") if not path.stem.startswith("__"))
    rows = [f"| `{path.stem}` | {first_line(path).replace('|', '&#124;')} |\n" for path in modules]
    heading = f"**`{package.relative_to(ROOT).as_posix()}/`**: {first_line(package / '__init__.py')}\n"
    return heading + ("\n| module | content |\n| --- | --- |\n" + "".join(rows) if rows else "")


def section() -> str:
    """All tables, between the marks."""
    return "\n".join([BEGIN + "\n", *map(table, packages()), END])


def rewritten(document: str) -> str:
    """The document with tables of today."""
    before, _, rest = document.partition(BEGIN)
    return before + section() + rest.partition(END)[2]


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text()))
