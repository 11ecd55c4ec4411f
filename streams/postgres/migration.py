"""The database's schema, brought up to date at the worker's start by a process of its own: `python -m streams.schema`.

Alembic and SQLAlchemy take 30 MB, which the worker would keep for as long as it runs. So it looks which version the
schema has, and has them loaded elsewhere only if there is something to do.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

import migrations
from models.clients.postgres import session
from models.declaration.in_force import model_named
from models.errors import DatabaseUnreachableError, ExactFeaturesError, UnsupportedDatabaseError
from models.exit_codes import EX_TEMPFAIL, ExitCode
from models.fixed_form import ended
from models.settings.environment import load_settings
from streams.postgres import statements
from streams.postgres.server import CONNECT_TIMEOUT
from streams.retry.outages import OUTAGES, reason

if TYPE_CHECKING:
    from models.settings.environment import Settings


async def bring_up_to_date(settings: Settings, tables: Sequence[str]) -> None:
    """Migrate what is missing, and make the model's tables and views that are; several workers may do so at once.

    Whether the model may be used at all is for `streams.maintenance.model_taking`.

    Raises:
        UnsupportedDatabaseError: the schema is newer than this worker.
        OSError: Postgres was away.
        RuntimeError: the migration failed.
    """
    version = await _version(settings)
    if version is not None and version > migrations.HEAD:
        raise UnsupportedDatabaseError(
            f"the database's schema has version {version}, made by a newer release; this worker knows "
            f"{migrations.HEAD} at most: upgrade it"
        )
    if version != migrations.HEAD or await _is_missing(settings, tables):
        await _migrate_apart(settings)


async def _version(settings: Settings) -> str | None:
    try:
        async with session(settings.database_url, connect_seconds=CONNECT_TIMEOUT) as connection:
            version: str | None = await connection.fetchval(statements.READ_REVISION)
    except asyncpg.UndefinedTableError:
        return None
    return version


async def _is_missing(settings: Settings, tables: Sequence[str]) -> bool:
    async with session(settings.database_url, connect_seconds=CONNECT_TIMEOUT) as connection:
        return bool(await connection.fetch(statements.READ_MISSING_TABLES, list(tables)))


async def _migrate_apart(settings: Settings) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "streams.schema",
        cwd=Path(__file__).parents[2],
        # The model by its full path, as this process has another folder.
        env={**os.environ, "DATABASE_URL": settings.database_url, "MODEL": settings.model},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    last_line = said.decode(errors="replace").strip().rpartition("\n")[2]
    if process.returncode == EX_TEMPFAIL:
        raise OSError(last_line)
    if process.returncode:
        raise RuntimeError(f"the migration ended with exit code {process.returncode}: {last_line}")


async def migrate(settings: Settings) -> None:
    """Bring the schema up to date, in this process.

    Raises:
        asyncpg.PostgresError, asyncpg.InterfaceError, OSError: as they come.
    """
    # Here and not above: see the module's first lines.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from models.clients.engine import open_engine, unwrapped  # noqa: PLC0415
    from models.sql.creation import make_tables  # noqa: PLC0415

    engine = open_engine(settings)
    try:
        async with engine.connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(Path(migrations.__file__).parent))
            config.attributes["connection"] = connection.sync_connection
            await connection.run_sync(lambda _: command.upgrade(config, "head"))
            first = ScriptDirectory.from_config(config).get_revision("0001").module
            model = model_named(settings.model)
            await connection.run_sync(lambda sync: make_tables(sync, model, first.MODEL_TABLES))
            await connection.commit()
    except DBAPIError as error:
        raise unwrapped(error) from error
    finally:
        await engine.dispose()


def main() -> int:
    """Run the command; the result is its exit code."""
    return ended("streams.schema", _migrated)


def _migrated() -> ExitCode:
    try:
        asyncio.run(migrate(load_settings()))
    except (asyncpg.InterfaceError, *OUTAGES) as error:
        raise DatabaseUnreachableError(reason(error)) from error
    except asyncpg.PostgresError as error:
        raise ExactFeaturesError(f"Postgres refuses what the model or the schema needs: {reason(error)}") from error
    return ExitCode.DONE
