"""The tables of a model, as SQLAlchemy's, and what makes them in a database.

Texts of keys and groups are compared by code point (COLLATE "C"), so that their indexes have the order that everything
else here has. Other texts have the database's own collation, as they are only shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Column,
    Connection,
    Date,
    DateTime,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    func,
    quoted_name,
)
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine

from models.declaration.identifiers import ENGINE_TABLES, MAX_NAME_BYTES
from models.declaration.model import FeatureTable, GroupColumn, Model, RowTable
from models.sql.names import VERSION, may_be_null, publication_names

_DIALECT: Final = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
_BY_CODE_POINT: Final = Text(collation="C")
_HASH_BYTES: Final = 4


def model_tables(model: Model) -> MetaData:
    """All tables of a model."""
    metadata = MetaData()
    # Tables and indexes of Postgres share their names.
    taken = {*ENGINE_TABLES, *(rows.name for rows in model.rows), *(features.name for features in model.features)}
    for rows in model.rows:
        row_table(rows, metadata, taken)
    for features in model.features:
        feature_table(features, metadata)
    return metadata


def row_table(rows: RowTable, metadata: MetaData, taken: set[str]) -> Table:
    """The table of rows: declared columns, then those of the publication.

    Args:
        rows: what is declared.
        metadata: where it is put.
        taken: names that its index must not have; that of the index is added.
    """
    ordered = {*rows.key, rows.group}
    columns: list[Column[Any]] = [
        Column(
            _quoted(column.name),
            _stored(column.type.sql, ordered=column.name in ordered),
            nullable=column.optional,
            autoincrement=False,
        )
        for column in rows.columns
    ]
    types: tuple[TypeEngine[Any], ...] = (DateTime(timezone=True), Uuid(), BigInteger())
    columns += [
        Column(_quoted(name), kind, nullable=False) for name, kind in zip(publication_names(rows), types, strict=True)
    ]
    table = Table(
        _quoted(rows.name),
        metadata,
        *columns,
        PrimaryKeyConstraint(*rows.key),
        # A file that is published again updates most rows of a page at once: room for all of them in their own page.
        postgresql_with={"fillfactor": 50} if rows.group is not None else {},
    )
    if rows.group is not None:
        Index(_quoted(_index_name(rows.name, rows.group, taken)), table.columns[rows.group])
    return table


def feature_table(features: FeatureTable, metadata: MetaData) -> Table:
    """The table of features: group columns, outputs, the version that guards writing, and when it was written."""
    columns: list[Column[Any]] = [
        Column(_quoted(group.name), _stored(group_type(group), ordered=True), nullable=False, autoincrement=False)
        for group in features.group
    ]
    columns += [
        Column(_quoted(output.name), output.sql, nullable=may_be_null(output, features)) for output in features.outputs
    ]
    return Table(
        _quoted(features.name),
        metadata,
        *columns,
        Column(VERSION, BigInteger, nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        PrimaryKeyConstraint(*(group.name for group in features.group)),
        # Feature rows are rewritten often and no index covers the columns that change: room for HOT updates.
        postgresql_with={"fillfactor": 70},
    )


def create_statements(model: Model) -> list[str]:
    """What makes the tables of a model in an empty database."""
    tables = model_tables(model).sorted_tables
    made = [compiled(CreateTable(table)) for table in tables]
    return made + [compiled(CreateIndex(index)) for table in tables for index in sorted(table.indexes, key=str)]


def create_missing(connection: Connection, model: Model, but: Sequence[str] = ()) -> None:
    """Make the tables that a database does not have yet, but some; others are left as they are."""
    metadata = model_tables(model)
    metadata.create_all(connection, [table for table in metadata.tables.values() if table.name not in but])


def group_type(group: GroupColumn) -> TypeEngine[Any]:
    """The type of a column of groups in Postgres."""
    return group.column.type.sql if group.period is None else Date()


def _stored(kind: TypeEngine[Any], *, ordered: bool) -> TypeEngine[Any]:
    return _BY_CODE_POINT if ordered and isinstance(kind, Text) else kind


def _index_name(table: str, column: str, taken: set[str]) -> str:
    """`table_column`, or where that is too long or taken its beginning and a hash."""
    name = f"{table}_{column}"
    if len(name.encode()) > MAX_NAME_BYTES or name in taken:
        mark = "_" + blake2b(f"{table}\0{column}".encode(), digest_size=_HASH_BYTES).hexdigest()
        name = name.encode()[: MAX_NAME_BYTES - len(mark)].decode(errors="ignore") + mark
    taken.add(name)
    return name


def _quoted(name: str) -> quoted_name:
    return quoted_name(name, quote=True)


def compiled(element: ClauseElement) -> str:
    """The text of what SQLAlchemy has composed; it must hold no binds but such as are written as `$1`."""
    return str(element.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def type_name(kind: TypeEngine[Any]) -> str:
    """A type as Postgres calls it."""
    return kind.compile(dialect=_DIALECT)
