"""What the packages import is what pyproject.toml asks for: nothing comes by chance, nothing is asked for in vain."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from tests.unit.deployment.image import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = {"producers": ("remote",), "embedded": ("embedded",)}
"""Beside what is always installed, for packages that say what to install where it is missing."""
PACKAGES = ("cli", "embedded", "migrations", "models", "producers", "streams")
NEVER_IMPORTED = {
    "s3fs",  # fsspec finds it by the address
}
NOT_INSTALLED = {"_typeshed"}
"""Known to type checkers only."""
DISTRIBUTIONS = packages_distributions()


def normal(name: str) -> str:
    """A distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> list[str]:
    return [normal(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in requirements]


def imported_by(package: str) -> Iterator[str]:
    """The top-level names that the package's modules import, wherever in the module."""
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def distributions_used_by(package: str) -> set[str]:
    third_party = {*imported_by(package)} - sys.stdlib_module_names - {*PACKAGES} - NOT_INSTALLED
    return {normal(DISTRIBUTIONS[name][0]) for name in third_party}


@pytest.mark.parametrize("package", PACKAGES)
def test_each_import_is_declared(package: str) -> None:
    extras = [PROJECT["optional-dependencies"][extra] for extra in EXTRAS.get(package, ())]
    declared = names([*PROJECT["dependencies"], *(requirement for extra in extras for requirement in extra)])
    assert distributions_used_by(package) - {*declared} == set()


def test_each_declared_package_is_imported() -> None:
    extras = [PROJECT["optional-dependencies"][extra] for extra in ("remote", "s3", "embedded")]
    declared = names([*PROJECT["dependencies"], *(requirement for extra in extras for requirement in extra)])
    used = {name for package in PACKAGES for name in distributions_used_by(package)}
    assert {*declared} - used - NEVER_IMPORTED == set()


@pytest.mark.parametrize("group", ["dependencies", *PROJECT["optional-dependencies"]])
def test_nothing_is_declared_twice_in_a_group_and_all_that_is_tested_is_pinned(group: str) -> None:
    declared = names(PROJECT["dependencies"] if group == "dependencies" else PROJECT["optional-dependencies"][group])
    assert len(declared) == len({*declared})
    pinned = names((ROOT / "constraints.txt").read_text().splitlines())
    assert {*declared} - {*pinned} == set()
