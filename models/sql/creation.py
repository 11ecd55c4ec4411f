"""The tables and views of a model, made in a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from models.sql.tables import create_missing
from models.sql.views import view_statements

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from models.declaration.model import Model

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('the tables of the model'))"
"""One at a time: two that create the same table at once do not see each other."""


def make_tables(connection: Connection, model: Model) -> None:
    """Make the tables that the database does not have yet, and the views anew."""
    connection.execute(text(_LOCK))
    create_missing(connection, model)
    for statement in view_statements(model):
        connection.exec_driver_sql(statement)
