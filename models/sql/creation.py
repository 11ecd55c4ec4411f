"""The tables and views of a model, made in a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from models.declaration.identifiers import ENGINE_TABLES
from models.sql.tables import create_missing, tables_of
from models.sql.views import view_statements

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from models.declaration.model import Model

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('the tables of the model'))"
"""One at a time: two that create the same table at once do not see each other."""


# The first migrations make the tables of the first model. Tables of rows have a publication, those of features a
# version.
_UNUSED = """
SELECT c.oid::regclass::text
  FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid
 WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> ALL (:kept)
   AND attname IN ('published_at', 'load_id', 'version', 'updated_at') AND NOT EXISTS (SELECT FROM stream_offsets)
 GROUP BY c.oid HAVING count(*) = 2
"""


def make_tables(connection: Connection, model: Model) -> None:
    """Make the tables that the database does not have yet, and the views anew.

    In a database that nothing was stored in yet, tables of another model are dropped.
    """
    connection.execute(text(_LOCK))
    kept = [*tables_of(model), *ENGINE_TABLES]
    unused = connection.scalars(text(_UNUSED), {"kept": kept}).all()
    create_missing(connection, model)
    for statement in (*(f"DROP TABLE {table}" for table in unused), *view_statements(model)):
        connection.exec_driver_sql(statement)
