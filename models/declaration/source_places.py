"""Where classes and their fields stand in a model file."""

from __future__ import annotations

import ast

from models.declaration.faults import Place


class SourcePlaces:
    """The lines of a file's classes and fields."""

    def __init__(self, file: str, tree: ast.Module) -> None:
        """Take the file's name and what `ast` made of it."""
        self._file = file
        self._lines: dict[tuple[str, str | None], int] = {}
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                self._add_class(node)

    def of(self, class_name: str, field: str | None = None) -> Place:
        """The place of a class, or of a field or keyword in it; a class of another file has line 1."""
        of_class = self._lines.get((class_name, None), 1)
        return Place(self._file, self._lines.get((class_name, field), of_class), class_name, field)

    def _add_class(self, node: ast.ClassDef) -> None:
        self._lines[node.name, None] = node.lineno
        for keyword in node.keywords:
            self._lines[node.name, keyword.arg] = keyword.lineno
        for statement in node.body:
            for name in _names_of(statement):
                self._lines[node.name, name] = statement.lineno


def _names_of(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case _:
            return []
