"""Where the columns that are read stand in a file's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Protocol

from models.declaration.in_force import model_in_force
from models.declaration.model import RowTable
from models.types.column_types import Column, TextType
from producers.errors import FieldFaultError
from producers.rows.file_kinds import FileKinds, column_names
from producers.values.date_forms import ISO, DateForm
from producers.values.fields import Parse, parser_of


@dataclass(frozen=True)
class ColumnMapping:
    """How the fields of a row become a record of its kind."""

    kind: RowTable
    header: tuple[str, ...]
    """All columns of the file in lower case, those that are ignored included."""
    positions: tuple[int, ...]
    """Where each column that is read stands in a row."""
    has_header: bool = True
    """Whether the file's first line is the header, and not a row."""
    deletes: bool = False
    """Whether rows name what to delete."""
    date_forms: Mapping[str, DateForm] = field(default_factory=dict)
    """By column, the form that the file's dates have as a whole; ISO is read beside it, and alone without one."""
    zone: tzinfo = UTC
    """The time zone of times that name none."""
    null: frozenset[str] = frozenset()
    """Texts of a field that count as an empty one."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are read; of a file of rows, all those of its kind, in declared order."""
        by_name = dict(zip(column_names(self.kind), self.kind.columns, strict=True))
        return tuple(by_name[self.header[position]] for position in self.positions)

    @cached_property
    def parsers(self) -> tuple[tuple[str, int, Parse], ...]:
        """Of each column that is read: its name, where it stands in a row, and what reads its fields."""
        return tuple(
            (column.name, position, parser_of(column, self.date_forms.get(column.name, ISO), self.zone))
            for column, position in zip(self.columns, self.positions, strict=True)
        )

    def may_be_row(self, fields: Sequence[str]) -> bool:
        """Whether each column that is not a text holds a value: what stands in no row seldom does so by chance."""
        try:
            for (_, position, parse), column in zip(self.parsers, self.columns, strict=True):
                if not isinstance(column.type, TextType):
                    parse(fields[position].strip())
        except FieldFaultError:
            return False
        return True


class ColumnMappingOf(Protocol):
    """Makes the mapping of a file."""

    kinds: FileKinds
    """What files there may be."""

    def __call__(self, header: Sequence[str], file_name: str) -> ColumnMapping:
        """The mapping by the file's first line, split, and its name.

        Raises:
            HeaderError: the line fits no kind, fits several, or names a required column twice.
        """


class RowMapping:
    """Mappings of files whose rows are to be stored."""

    def __init__(self, kinds: FileKinds) -> None:
        """Take what files there may be."""
        self.kinds = kinds

    def __call__(self, header: Sequence[str], file_name: str) -> ColumnMapping:
        """See ColumnMappingOf."""
        kind = self.kinds.identify(header, file_name)
        return ColumnMapping(kind, tuple(header), tuple(map(header.index, column_names(kind))))


def rows_in_force() -> RowMapping:
    """Mappings of files whose rows are to be stored, by the model in force.

    Raises:
        ModelError: there is none.
    """
    return RowMapping(FileKinds(model_in_force()))
