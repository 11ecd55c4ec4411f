"""The tables and views of a model, made in a database."""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import text

from models.sql.names import quoted, tables_of
from models.sql.tables import create_missing
from models.sql.views import view_statements

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from models.declaration.model import Model

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('the tables of the model'))"
"""One at a time: two that create the same table at once do not see each other."""


def make_tables(connection: Connection, model: Model, unused: Sequence[str] = ()) -> None:
    """Make the tables that the database does not have yet, and the views anew.

    Args:
        connection: in a transaction.
        model: whose tables they are.
        unused: tables that go unless the model has them; only empty ones, while nothing was stored in the database.
    """
    connection.execute(text(_LOCK))
    others = [quoted(name) for name in unused if name not in tables_of(model)]
    if others and not connection.scalar(text("SELECT EXISTS (SELECT FROM stream_offsets)")):
        there = [table for table in others if connection.scalar(text("SELECT to_regclass(:name)"), {"name": table})]
        empty = [table for table in there if not connection.scalar(text(f"SELECT EXISTS (SELECT FROM {table})"))]
        for table in empty:
            # With views over them: those of another model, and that of rejects, which is made again.
            connection.execute(text(f"DROP TABLE {table} CASCADE"))
    create_missing(connection, model)
    for statement in view_statements(model):
        connection.exec_driver_sql(statement)
