"""Names and expressions as they stand in the text of a statement."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from models.expressions.syntax import Expression, Kind

if TYPE_CHECKING:
    from sqlalchemy import ClauseElement, Dialect
    from sqlalchemy.types import TypeEngine

    from models.declaration.model import RowTable


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


def compiled(element: ClauseElement) -> str:
    """The text of what SQLAlchemy has composed; it must hold no binds but such as are written as `$1`."""
    return str(element.compile(dialect=_dialect(), compile_kwargs={"literal_binds": True}))


def type_name(kind: TypeEngine[Any]) -> str:
    """A type as Postgres calls it."""
    return kind.compile(dialect=_dialect())


def expression_text(expression: Expression, table: RowTable, alias: str) -> str:
    """A declared expression over the rows of the relation with this alias; texts are ordered by code point."""
    from sqlalchemy import literal_column  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and names alone need none of it

    from models.expressions.to_sql import sql_of  # noqa: PLC0415  # the same

    columns: dict[str, Any] = {
        each.name: literal_column(column(each.name, alias), each.type.sql) for each in table.columns
    }
    found = f"({compiled(sql_of(expression, columns))})"
    return f'{found} COLLATE "C"' if expression.type.kind is Kind.TEXT else found


@cache
def _dialect() -> Dialect:
    from sqlalchemy.dialects.postgresql import asyncpg  # noqa: PLC0415  # the same

    return asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
