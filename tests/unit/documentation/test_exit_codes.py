"""Each exit code has one meaning in the code, and stands in the tables for users."""

from __future__ import annotations

import ast
import re

import pytest

from embedded import command
from embedded.__main__ import START_FAILED
from models.exit_codes import ExitCode, of_fixed_form
from streams.operations.shutdown import EXIT_FAILED, EXIT_STOPPED
from tests.fenced_blocks import ROOT

DONE, PARTLY, NOTHING, KAFKA, POSTGRES, _, INTERRUPTED = ExitCode
WRONG_OPTION = 2
"""argparse's, which is NOTHING's as well."""


def codes(module: str, *ways: ExitCode) -> set[int]:
    return {of_fixed_form(module, way) for way in ways} | ({WRONG_OPTION} if module != "streams.schema" else set())


ENDS = {
    "the worker": {EXIT_STOPPED, EXIT_FAILED},
    "`python -m producers.csv`": codes("producers.csv", DONE, PARTLY, NOTHING, KAFKA, POSTGRES, INTERRUPTED),
    "`python -m streams.audit`": codes("streams.audit", DONE, PARTLY, NOTHING, POSTGRES, INTERRUPTED),
    "`python -m streams.report`": codes("streams.report", DONE, NOTHING, POSTGRES, INTERRUPTED),
    "`python -m streams.schema`": codes("streams.schema", DONE, NOTHING, POSTGRES, INTERRUPTED),
    "`python -m embedded COMMAND…`": {START_FAILED, command.NOT_EXECUTABLE, command.NOT_FOUND},
}


@pytest.mark.parametrize("door", ENDS)
def test_the_table_of_the_fixed_forms_has_each_code(door: str) -> None:
    [row] = re.findall(
        rf"^\| {re.escape(door)} \| (.*) \|$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE
    )

    assert {int(code) for code in re.findall(r"(?:^|· )(\d+) ", row)} == ENDS[door]


def test_no_door_ends_with_a_number_of_its_own() -> None:
    for package in ("cli", "producers", "streams"):
        for path in (ROOT / package).rglob("*.py"):
            assert not list(numbers(ast.parse(path.read_text()))), path


def numbers(tree: ast.AST) -> list[ast.AST]:
    """Numbers that a process ends with: arguments of what ends it, and what a `main` returns."""
    ends = [node.args for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) in {"exit", "Exit"}]
    mains = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "main"]
    returns = [[node.value] for main in mains for node in ast.walk(main) if isinstance(node, ast.Return) and node.value]
    return [
        node
        for nodes in (*ends, *returns)
        for node in nodes
        if isinstance(node, ast.Constant) and node.value is not None
    ]


def _name(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]
