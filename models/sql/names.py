"""Names of tables and columns, and as they stand in the text of a statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from models.declaration.model import Model, RowTable


PUBLICATION: Final = ("published_at", "load_id", "line")
VERSION: Final = "version"


def quoted(name: str) -> str:
    """A name in quotes: any characters, and reserved words too."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str], alias: str = "") -> str:
    """The columns of these names, of the relation with this alias."""
    return ", ".join(column(name, alias) for name in names)


def column(name: str, alias: str = "") -> str:
    """One column."""
    return f"{alias}.{quoted(name)}" if alias else quoted(name)


def equal(names: Iterable[str], left: str, right: str) -> str:
    """The condition that two relations, by their aliases, have the same values in these columns."""
    return " AND ".join(f"{column(name, left)} = {column(name, right)}" for name in names)


def columns_at(table: RowTable, alias: str) -> dict[str, str]:
    """The declared columns by name, as columns of the relation with this alias."""
    return {name: column(name, alias) for name in table.types}


def publication_names(table: RowTable) -> tuple[str, str, str]:
    """The columns that order two publications of the same row; a declared column of that name keeps it."""
    published_at, load_id, line = (_free(name, table) for name in PUBLICATION)
    return published_at, load_id, line


def _free(name: str, table: RowTable) -> str:
    while name in table.types:
        name += "_"
    return name


def tables_of(model: Model) -> list[str]:
    """The names of a model's tables, and of the engine's table whose rows are bound as record batches."""
    return [*(table.name for table in model.rows), *(table.name for table in model.features), "deletions"]
