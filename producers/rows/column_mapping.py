"""Where the columns that are read stand in a file's rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from producers.rows.date_forms import ISO, DateForm
from producers.rows.file_kinds import FileKind, identify


@dataclass(frozen=True)
class ColumnMapping:
    """How the fields of a row become a record of its kind."""

    kind: FileKind
    header: tuple[str, ...]
    """All columns of the file, those that are ignored included."""
    positions: tuple[int, ...]
    """Where each column that is read stands in a row."""
    has_header: bool = True
    """Whether the file's first line is the header, and not a row."""
    deletes: bool = False
    """Whether rows name what to delete."""
    date_form: DateForm = ISO
    """The form that the file's dates have as a whole; ISO is read beside it."""
    null: frozenset[str] = frozenset()
    """Texts of a field that count as an empty one."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read; of a file of rows, all those of its kind, in the kind's order."""
        return tuple(self.header[position] for position in self.positions)


ColumnMappingOf = Callable[[Sequence[str], str], ColumnMapping]
"""The layout of a file by its first line, split, and its name. Raises HeaderError: it is none."""


def row_mapping(header: Sequence[str], file_name: str) -> ColumnMapping:
    """The layout of a file whose rows are to be stored.

    Raises:
        HeaderError: the header fits no kind, fits several, or names a required column twice.
    """
    kind = identify(header, file_name)
    return ColumnMapping(kind, tuple(header), tuple(header.index(column) for column in kind.columns))
