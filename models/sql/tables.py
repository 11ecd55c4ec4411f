"""The tables of a model, as SQLAlchemy's, and what makes them in a database.

Texts of keys and groups are compared by code point (COLLATE "C"), so that their indexes have the order that everything
else here has. Other texts have the database's own collation, as they are only shown.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
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
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine

from models.aggregates.aggregate import OutputColumn
from models.aggregates.totals import Mean
from models.declaration.identifiers import ENGINE_TABLES, MAX_NAME_BYTES
from models.declaration.model import FeatureTable, Model, RowTable
from models.expressions.syntax import columns_of
from models.sql.names import compiled

PUBLICATION: Final = ("published_at", "load_id", "line")
VERSION: Final = "version"
_BY_CODE_POINT: Final = Text(collation="C")
_HASH_BYTES: Final = 4


def publication_names(table: RowTable) -> tuple[str, str, str]:
    """The columns that order two publications of the same row; a declared column of that name keeps it."""
    published_at, load_id, line = (_free(name, table) for name in PUBLICATION)
    return published_at, load_id, line


def _free(name: str, table: RowTable) -> str:
    while name in table.types:
        name += "_"
    return name


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
        Column(_quoted(group.name), _stored(group.type.sql, ordered=True), nullable=False, autoincrement=False)
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


def may_be_null(output: OutputColumn, features: FeatureTable) -> bool:
    """Whether a column of features may be NULL; the mean of what each row has is not."""
    aggregate = features.aggregates.get(output.name)
    if isinstance(aggregate, Mean) and aggregate.where is None:
        optional = {column.name for column in features.rows.columns if column.optional}
        return bool(columns_of(aggregate.expression(features.rows.types)) & optional)
    return output.optional


def create_statements(model: Model) -> list[str]:
    """What makes the tables of a model in an empty database."""
    tables = model_tables(model).sorted_tables
    made = [compiled(CreateTable(table)) for table in tables]
    return made + [compiled(CreateIndex(index)) for table in tables for index in sorted(table.indexes, key=str)]


def create_missing(connection: Connection, model: Model) -> None:
    """Make the tables that a database does not have yet; others are left as they are."""
    model_tables(model).create_all(connection)


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


def tables_of(model: Model) -> list[str]:
    """The names of a model's tables, and of the engine's table whose rows are bound as record batches."""
    return [*(table.name for table in model.rows), *(table.name for table in model.features), "deletions"]
