"""What is wrong with a declaration: all of it at once, each with its place and what would be right."""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import SettingsError


@dataclass(frozen=True)
class Place:
    """Where something is declared; `field` is a column, an aggregate, or a keyword of the class."""

    file: str
    line: int
    class_name: str | None = None
    field: str | None = None

    def __str__(self) -> str:
        named = ".".join(part for part in (self.class_name, self.field) if part)
        return f"{self.file}:{self.line}: {named}" if named else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class DeclarationFault:
    """One thing that is wrong, and what would be right."""

    place: Place
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.place}: {self.wrong}; {self.right}"


class ModelError(SettingsError):
    """A model cannot be used: its file is missing, or its declaration is faulty.

    Attributes:
        faults: all that is wrong, in the order of the file.
    """

    def __init__(self, message: str, faults: tuple[DeclarationFault, ...] = ()) -> None:
        super().__init__("\n".join([message, *map(str, faults)]))
        self.faults = faults
