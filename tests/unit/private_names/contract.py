"""What an adapter expects of a library's private names, and what is wrong with those of the installed version."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from mode.services import ServiceTask

ATTRIBUTE = "an attribute"
"""That the class, or one that it extends, has or assigns to itself."""


def attributes(names: str) -> dict[str, str]:
    """These names, as attributes."""
    return dict.fromkeys(names.split(), ATTRIBUTE)


@dataclass(frozen=True)
class Expected:
    """A class of a library with what is expected of its names: a signature without annotations, or ATTRIBUTE."""

    distribution: str
    place: str
    """Module and class, with a colon between."""
    names: dict[str, str]

    def faults(self) -> list[str]:
        """What is missing or other than expected, a line each."""
        try:
            cls = found(self.place)
        except (ImportError, AttributeError) as error:
            return [f"{self._installed()}: {self.place} is missing: {error}"]
        return [fault for name, form in self.names.items() if (fault := self._fault(cls, name, form))]

    def _fault(self, cls: type, name: str, form: str) -> str | None:
        if form == ATTRIBUTE:
            there = hasattr(cls, name) or name in assigned_by(cls)
            return None if there else f"{self._installed()}: {self.place} has no attribute {name} any more"
        if not hasattr(cls, name):
            return f"{self._installed()}: {self.place}.{name} is missing; expected is {form}"
        actual = signature(inspect.getattr_static(cls, name))
        return None if actual == form else f"{self._installed()}: {self.place}.{name} is {actual}; expected is {form}"

    def _installed(self) -> str:
        try:
            return f"{self.distribution} {version(self.distribution)}"
        except PackageNotFoundError:
            return f"{self.distribution}, which is not installed"


def found(place: str) -> Any:  # noqa: ANN401  # whatever is there
    """What is at a place: a class, or whatever else the module has under that name.

    Raises:
        ImportError, AttributeError: nothing is there.
    """
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def signature(function: Any) -> str:  # noqa: ANN401  # a function or what mode makes of one
    """The parameters with their defaults, without annotations; whether it is to be awaited, or is a service's task."""
    if isinstance(function, ServiceTask):
        return f"task {signature(function.fun)}"
    plain = inspect.signature(function)
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in plain.parameters.values()]
    text = str(plain.replace(parameters=bare, return_annotation=inspect.Signature.empty))
    return f"async {text}" if inspect.iscoroutinefunction(function) else text


@cache
def assigned_by(cls: type) -> frozenset[str]:
    """The names that the class, or one that it extends, assigns to itself in a method, or declares."""
    names: set[str] = set()
    for each in cls.__mro__:
        if text := class_text(each):
            names |= assigned_in(text)
        names.update(vars(each).get("__annotations__", {}))
    return frozenset(names)


def class_text(cls: type) -> ast.ClassDef | None:
    """The class as it is written; None if it is not written in Python, or not at the top of its module."""
    return _classes_in(cls.__module__).get(cls.__qualname__)


@cache
def _classes_in(module: str) -> dict[str, ast.ClassDef]:
    try:
        tree = ast.parse(inspect.getsource(import_module(module)))
    except (OSError, TypeError):
        return {}
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def assigned_in(tree: ast.AST) -> set[str]:
    """The names x for which there is an assignment to self.x."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
