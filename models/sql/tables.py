"""The tables of a model, as SQLAlchemy's, and what makes them in a database.

Texts of keys and groups are compared by code point (COLLATE "C"), so that their indexes have the order that everything
else here has. Other texts have the database's own collation, as they are only shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import (
    ClauseElement,
    Column,
    Connection,
    DefaultClause,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    event,
    func,
    quoted_name,
)
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import UserDefinedType

from models.declaration.identifiers import ENGINE_TABLES, MAX_NAME_BYTES
from models.declaration.model import FeatureTable, Model, RowTable
from models.sql.names import listed, quoted
from models.sql.stored_columns import StoredColumn, StoredTable, stored_features, stored_rows

_DIALECT: Final = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
_HASH_BYTES: Final = 4
PARTS: Final = "parts"
"""In a table's `info`: the statements that make its parts."""


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
    """The table of rows.

    Args:
        rows: what is declared.
        metadata: where it is put.
        taken: names that its index must not have; that of the index is added.
    """
    # A file that is published again updates most rows of a page at once: room for all of them in their own page.
    storage = {"fillfactor": 50} if rows.group is not None else {}
    table = (
        _divided(rows, metadata, storage, taken) if rows.partitions else _table(stored_rows(rows), metadata, storage)
    )
    if rows.group is not None:
        Index(_quoted(_free_name(rows.name, rows.group, taken)), table.columns[rows.group])
    return table


def feature_table(features: FeatureTable, metadata: MetaData) -> Table:
    """The table of features."""
    # Feature rows are rewritten often and no index covers the columns that change: room for HOT updates.
    table = _table(stored_features(features), metadata, {"fillfactor": 70})
    table.columns["updated_at"].server_default = DefaultClause(func.now())
    return table


def _divided(rows: RowTable, metadata: MetaData, storage: dict[str, int], taken: set[str]) -> Table:
    """The table of rows in parts, by a hash of the key; the parts are made after it."""
    # Only the parts have storage, as they hold the rows.
    table = _table(stored_rows(rows), metadata, {}, f"HASH ({listed(rows.key)})")
    held = f" WITH ({', '.join(f'{name}={value}' for name, value in storage.items())})" if storage else ""
    table.info[PARTS] = [
        f"CREATE TABLE {quoted(_free_name(rows.name, f'part{number}', taken))} PARTITION OF {quoted(rows.name)}"
        f" FOR VALUES WITH (MODULUS {rows.partitions}, REMAINDER {number}){held}"
        for number in range(rows.partitions or 0)
    ]
    event.listen(table, "after_create", _make_parts)
    return table


def _make_parts(table: Table, connection: Connection, **_: object) -> None:
    for statement in table.info[PARTS]:
        connection.exec_driver_sql(statement)


def created(table: Table) -> list[str]:
    """The statements that make a table with its parts and indexes."""
    indexes = [compiled(CreateIndex(index)) for index in sorted(table.indexes, key=str)]
    return [compiled(CreateTable(table)), *table.info.get(PARTS, []), *indexes]


def _table(stored: StoredTable, metadata: MetaData, storage: dict[str, int], divided_by: str | None = None) -> Table:
    columns: list[Column[Any]] = [
        Column(_quoted(each.name), PostgresType(_type(each)), nullable=each.optional, autoincrement=False)
        for each in stored.columns
    ]
    key = PrimaryKeyConstraint(*stored.key)
    return Table(
        _quoted(stored.name), metadata, *columns, key, postgresql_with=storage, postgresql_partition_by=divided_by
    )


def _type(column: StoredColumn) -> str:
    return f'{column.type} COLLATE "C"' if column.by_code_point else column.type


class PostgresType(UserDefinedType[Any]):
    """A type as Postgres writes it."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        """Take its text."""
        self.text = text

    def get_col_spec(self, **_: object) -> str:
        """The text of the type; SQLAlchemy's own name of it."""
        return self.text


def create_statements(model: Model) -> list[str]:
    """What makes the tables of a model in an empty database."""
    return [statement for table in model_tables(model).sorted_tables for statement in created(table)]


def create_missing(connection: Connection, model: Model, but: Sequence[str] = ()) -> None:
    """Make the tables that a database does not have yet, but some; others are left as they are."""
    metadata = model_tables(model)
    metadata.create_all(connection, [table for table in metadata.tables.values() if table.name not in but])


def _free_name(table: str, part: str, taken: set[str]) -> str:
    """`table_part`, or where that is too long or taken its beginning and a hash."""
    name = f"{table}_{part}"
    if len(name.encode()) > MAX_NAME_BYTES or name in taken:
        mark = "_" + blake2b(f"{table}\0{part}".encode(), digest_size=_HASH_BYTES).hexdigest()
        name = name.encode()[: MAX_NAME_BYTES - len(mark)].decode(errors="ignore") + mark
    taken.add(name)
    return name


def _quoted(name: str) -> quoted_name:
    return quoted_name(name, quote=True)


def compiled(element: ClauseElement) -> str:
    """The text of what SQLAlchemy has composed; it must hold no binds but such as are written as `$1`."""
    return str(element.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
