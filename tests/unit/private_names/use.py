"""Which private names of the libraries a module uses: by attribute, by import, by overriding them in a class."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tests.unit.private_names.adapters import ADAPTERS
from tests.unit.private_names.contract import assigned_by, assigned_in, class_text

LIBRARIES = {"aiohttp", "aiokafka", "asyncpg", "faust", "mode"}
DOCUMENTED = {"_asdict", "_exit", "_fields", "_make", "_replace"}
"""Public in spite of their names: a NamedTuple's, and os._exit."""
CALLED_BY_LIBRARIES = {"_set_producer_state"}
"""Methods that a library calls on objects of ours whose class extends none of its own."""
_ITSELF = {"self", "cls", "super()"}
_BY_NAME = {"delattr", "getattr", "hasattr", "setattr"}


Classes = list[tuple[ast.ClassDef, type]]
"""As they are written, and as they are."""


class Use(NamedTuple):
    """One private name, where it is used."""

    name: str
    line: int
    how: str


def private(name: str) -> bool:
    """Whether nobody promises that the name stays."""
    return bool(re.match(r"_(?!_)", name)) and name not in DOCUMENTED


def uses(module: str) -> list[Use]:
    """All of a module's uses, in the order of its lines. The module is imported if it has classes."""
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text())
    texts = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    classes = [(text, getattr(import_module(module), text.name)) for text in texts]
    found = [*_imports(tree), *_attributes(tree, classes), *_overrides(tree, classes)]
    return sorted(set(found), key=lambda use: (use.line, use.name))


def _imports(tree: ast.AST) -> Iterator[Use]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        else:
            continue
        for parts in (name.split(".") for name in imported):
            if parts[0] in LIBRARIES:
                yield from (Use(part, node.lineno, "import") for part in parts if private(part))


def _attributes(tree: ast.Module, classes: Classes) -> Iterator[Use]:
    """Private attributes, but for those that a class of ours gives to itself."""
    ours: set[ast.AST] = set()
    for text, cls in classes:
        own, others = _own_names(cls), _others_of_its_kind(text)
        for node in ast.walk(text):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in _ITSELF | others and node.attr in own:
                ours.add(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr):
            if node not in ours:
                yield Use(node.attr, node.lineno, "attribute")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BY_NAME:
            for argument in node.args[1:2]:
                if isinstance(argument, ast.Constant) and private(str(argument.value)):
                    yield Use(str(argument.value), node.lineno, node.func.id)


def _overrides(tree: ast.Module, classes: Classes) -> Iterator[Use]:
    """Private names that a class of ours gives to itself, and that a library's class it extends has as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in CALLED_BY_LIBRARIES:
            yield Use(node.name, node.lineno, "a method that a library calls")
    for text, cls in classes:
        names = _written_in(text) & _library_names(cls)
        yield from (Use(name, text.lineno, f"override in {text.name}") for name in names)


def _others_of_its_kind(text: ast.ClassDef) -> set[str]:
    """The parameters of a class's methods that are of this class themselves."""
    parameters = (node for node in ast.walk(text) if isinstance(node, ast.arg) and node.annotation)
    return {node.arg for node in parameters if node.annotation and ast.unparse(node.annotation) == text.name}


@cache
def _own_names(cls: type) -> frozenset[str]:
    """The private names that the classes of ours give to themselves, this one and those that it extends."""
    names: set[str] = set()
    for each in cls.__mro__:
        # An adapter's private names are the library's.
        is_other_side = _package(each) in LIBRARIES | {"builtins"} or each.__module__ in ADAPTERS
        if each is cls or not is_other_side:
            text = class_text(each)
            names |= _written_in(text) if text else set()
    return frozenset(names)


def _written_in(node: ast.ClassDef) -> set[str]:
    """The private names that a class's text gives to it: methods, declared and assigned attributes."""
    names = assigned_in(node)
    for statement in node.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if private(name)}


@cache
def _library_names(cls: type) -> frozenset[str]:
    """The private names of the libraries' classes that this one extends."""
    bases = [each for each in cls.__mro__ if _package(each) in LIBRARIES]
    return frozenset(name for each in bases for name in {*vars(each), *assigned_by(each)} if private(name))


def _package(cls: type) -> str:
    return cls.__module__.partition(".")[0]
