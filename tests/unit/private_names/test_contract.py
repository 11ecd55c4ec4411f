"""What the adapters use of their libraries is there, in the form that they use it in. An upgrade may change it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version

import pytest
from aiokafka.record.memory_records import MemoryRecords

from tests.unit.private_names.adapters import ADAPTERS
from tests.unit.private_names.contract import Expected, assigned_by, attributes, class_text
from tests.unit.private_names.use import LIBRARIES, private, uses

EXPECTED = [pytest.param(each, id=f"{module}-{each.place}") for module, table in ADAPTERS.items() for each in table]


@pytest.mark.parametrize("expected", EXPECTED)
def test_the_installed_library_has_what_its_adapter_uses(expected: Expected) -> None:
    assert expected.faults() == []


@pytest.mark.parametrize("module", ADAPTERS)
def test_each_private_name_that_an_adapter_uses_is_in_its_table(module: str) -> None:
    used = {use.name for use in uses(module)}
    assert used - in_table(module) == set()


@pytest.mark.parametrize("module", ADAPTERS)
def test_each_name_of_a_table_is_used(module: str) -> None:
    assert in_table(module) - set(identifiers(module)) == set()


def test_records_say_by_what_is_pickled_where_they_are() -> None:
    (*_, state) = MemoryRecords(b"abc").__reduce__()
    assert state == (b"abc", 0), "streams.kafka.aiokafka_adapter takes a fetch's bytes from there"


@pytest.mark.parametrize("module", ADAPTERS)
def test_what_stands_for_a_private_name_has_no_name_of_the_library(module: str) -> None:
    for cls in vars(import_module(module)).values():
        if not inspect.isclass(cls) or cls.__module__ != module:
            continue
        text = class_text(cls)
        assert text is not None
        own = {node.name for node in text.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        bases = [base for base in cls.__mro__ if base.__module__.partition(".")[0] in LIBRARIES]
        theirs = {name for base in bases for name in {*vars(base), *assigned_by(base)}}
        taken = {name for name in own & theirs if not name.startswith("_")}
        assert taken <= {"create_request", "recovery"}, "which are meant to be overridden"


@pytest.mark.parametrize(
    ("place", "names", "fault"),
    [
        (
            "aiokafka.consumer.fetcher:FetchResult",
            {"_no_such": "(self)"},
            "aiokafka.consumer.fetcher:FetchResult._no_such is missing; expected is (self)",
        ),
        (
            "aiokafka.consumer.fetcher:FetchResult",
            {"_update_position": "(self, tp)"},
            "aiokafka.consumer.fetcher:FetchResult._update_position is (self); expected is (self, tp)",
        ),
        (
            "aiokafka.consumer.fetcher:FetchResult",
            attributes("_no_such"),
            "aiokafka.consumer.fetcher:FetchResult has no attribute _no_such any more",
        ),
        (
            "aiokafka.consumer.fetcher:NoSuch",
            {},
            "aiokafka.consumer.fetcher:NoSuch is missing: module 'aiokafka.consumer.fetcher' has no attribute 'NoSuch'",
        ),
        ("aiokafka.no_such:Fetcher", {}, "aiokafka.no_such:Fetcher is missing: No module named 'aiokafka.no_such'"),
    ],
)
def test_a_fault_names_the_library_its_version_and_what_is_other(place: str, names: dict[str, str], fault: str) -> None:
    assert Expected("aiokafka", place, names).faults() == [f"aiokafka {version('aiokafka')}: {fault}"]


def in_table(module: str) -> set[str]:
    names = {name for each in ADAPTERS[module] for name in (*each.names, *each.place.replace(":", ".").split("."))}
    return {name for name in names if private(name)}


def identifiers(module: str) -> Iterator[str]:
    """All names in a module's text."""
    for node in ast.walk(ast.parse(inspect.getsource(import_module(module)))):
        match node:
            case ast.Attribute(attr=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ImportFrom(module=str(imported)):
                yield from imported.split(".")
