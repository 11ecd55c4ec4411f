"""The kinds of files that a model declares, and which of them a header or a file's name speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePosixPath

from models.declaration.model import Model, RowTable


class HeaderError(ValueError):
    """A header fits no kind; the message says what it lacks."""


def column_names(kind: RowTable) -> tuple[str, ...]:
    """The columns that a header must name, in declared order, as a header is compared: in lower case."""
    return tuple(column.header or column.name.casefold() for column in kind.columns)


def missing_from(header: Sequence[str], kind: RowTable) -> list[str]:
    """The required columns that the header does not name."""
    return [name for name in column_names(kind) if name not in header]


class FileKinds:
    """The kinds of one model."""

    def __init__(self, model: Model) -> None:
        """Take the model."""
        self.tables = model.rows
        """In the order in which their files are loaded: that of the declaration."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of all kinds."""
        return tuple(dict.fromkeys(name for kind in self.tables for name in column_names(kind)))

    def recognised(self, header: Sequence[str]) -> int:
        """How many columns of the kind that fits best the header names."""
        return max(_named_in(header, kind) for kind in self.tables)

    def named(self, file_name: str) -> RowTable | None:
        """The kind that a file is called after, whatever its suffix."""
        name = PurePosixPath(file_name.lower()).stem
        return next((kind for kind in self.tables if name in map(str.lower, kind.file_names)), None)

    def identify(self, header: Sequence[str], file_name: str) -> RowTable:
        """The kind of a file by its header, or by its name where the header fits several kinds.

        Args:
            header: the columns, stripped and in lower case.
            file_name: without its folder.

        Raises:
            HeaderError: the header fits no kind, fits several, or names a required column twice.
        """
        fitting = [kind for kind in self.tables if not missing_from(header, kind)]
        if not fitting:
            raise HeaderError(self._what_is_missing(header, self.named(file_name)))
        kind = self.chosen(fitting, file_name)
        if kind is None:
            names = " and ".join(kind.name for kind in fitting)
            raise HeaderError(f"its header holds the columns of {names}: name the file after the kind that it is")
        refuse_repeats(header, column_names(kind))
        return kind

    def chosen(self, fitting: Sequence[RowTable], file_name: str) -> RowTable | None:
        """The only one of several kinds, or the one that the file is called after; None if it is not known."""
        named = self.named(file_name)
        return fitting[0] if len(fitting) == 1 else next((kind for kind in fitting if kind is named), None)

    def _what_is_missing(self, header: Sequence[str], named: RowTable | None) -> str:
        if named is None and not self.recognised(header):
            choices = "; ".join(f"{kind.name} ({', '.join(column_names(kind))})" for kind in self.tables)
            return f"its first line is the header of no known kind: it must name all columns of one of {choices}"
        kind = named or max(self.tables, key=lambda kind: _named_in(header, kind))
        expected, missing = ", ".join(column_names(kind)), missing_from(header, kind)
        if len(missing) == len(kind.columns):
            return f"has no header: its first line must name the columns {expected}"
        return f"its header lacks {', '.join(missing)}: the columns of {kind.name} are {expected}"


def _named_in(header: Sequence[str], kind: RowTable) -> int:
    return len(kind.columns) - len(missing_from(header, kind))


def refuse_repeats(header: Sequence[str], columns: Sequence[str]) -> None:
    """Raise HeaderError if the header names one of the columns twice."""
    for column in columns:
        if header.count(column) > 1:
            raise HeaderError(f"its header names {column} twice: keep one of them")
