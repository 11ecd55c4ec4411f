"""The tables and views of a model, made in a database."""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import text

from models.declaration.as_json import model_fingerprint
from models.sql.fit import READ_COLUMNS, misfit_tables
from models.sql.model_history import FINGERPRINT_IN_FORCE, LOCK_MODEL
from models.sql.names import quoted, tables_of
from models.sql.tables import create_missing
from models.sql.views import view_statements

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from models.declaration.model import FeatureTable, Model


def make_tables(connection: Connection, model: Model, unused: Sequence[str] = ()) -> None:
    """Make the tables that the database does not have yet, and the views anew; nothing if another model is in force.

    Once a model is in force, only views are made: a table that is missing then was dropped by somebody.

    Args:
        connection: in a transaction.
        model: whose tables they are.
        unused: tables that go unless the model has them just so; only empty ones, while nothing was stored.
    """
    connection.execute(text(LOCK_MODEL))
    in_force = connection.scalar(text(f"SELECT {FINGERPRINT_IN_FORCE}"))
    if in_force is None:
        _make_all(connection, model, unused)
    if in_force in {None, model_fingerprint(model)}:
        for statement in view_statements(model):
            connection.exec_driver_sql(statement)


def _make_all(connection: Connection, model: Model, unused: Sequence[str]) -> None:
    if not _has_rows(connection, "stream_offsets"):
        found = connection.exec_driver_sql(READ_COLUMNS, (tables_of(model),))
        stored = [dict(row) for row in found.mappings()]
        # A table that is there is whole; one that is to be divided is made again.
        divided = {rows.name for rows in model.rows if rows.partitions}
        usable = {*tables_of(model)} - misfit_tables(model, stored) - divided
        others = [name for name in unused if name not in usable]
        for table in [name for name in others if _is_there(connection, name) and not _has_rows(connection, name)]:
            # With views over them: those of another model, and that of rejects, which is made again.
            connection.execute(text(f"DROP TABLE {quoted(table)} CASCADE"))
    # Features of rows that are there already would not be right.
    late = [features.name for features in model.features if _is_late(connection, features)]
    create_missing(connection, model, late)


def _is_late(connection: Connection, features: FeatureTable) -> bool:
    rows = features.rows.name
    is_made = _is_there(connection, features.name)
    return not is_made and _is_there(connection, rows) and _has_rows(connection, rows)


def _is_there(connection: Connection, table: str) -> bool:
    return connection.scalar(text("SELECT to_regclass(:name)"), {"name": quoted(table)}) is not None


def _has_rows(connection: Connection, table: str) -> bool:
    return bool(connection.scalar(text(f"SELECT EXISTS (SELECT FROM {quoted(table)})")))
