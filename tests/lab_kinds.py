"""The kinds of the lab's files, for tests of what follows from any declaration."""

from __future__ import annotations

from models.declaration.in_force import model_named
from models.declaration.model import RowTable
from producers.rows.column_mapping import ColumnMapping, RowMapping
from producers.rows.deletions import DeletionMapping
from producers.rows.file_kinds import FileKinds, column_names

LAB = FileKinds(model_named("models.lab"))
KINDS = LAB.tables
USERS, COMPOUNDS, EXPERIMENTS = KINDS
row_mapping = RowMapping(LAB)
deletion_mapping = DeletionMapping(LAB)


def mapping_of(kind: RowTable) -> ColumnMapping:
    """That of files with just the columns of a kind, in declared order."""
    return ColumnMapping(kind, column_names(kind), tuple(range(len(kind.columns))))
