"""Alembic's entry: over a connection that the caller holds, or one of its own to DATABASE_URL."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection

from models.clients.engine import open_engine
from models.settings.environment import load_settings
from models.sql.engine_tables import metadata

# Any number, but the same in every process: it names the lock that only one migration holds.
MIGRATION_LOCK = 0x6578_6163_7466


def migrate(connection: Connection) -> None:
    """Apply what is missing, one process at a time."""
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        context.run_migrations()


async def _migrate_own_connection() -> None:
    engine = open_engine(load_settings())
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


given = context.config.attributes.get("connection")
if isinstance(given, Connection):
    migrate(given)
else:
    asyncio.run(_migrate_own_connection())
