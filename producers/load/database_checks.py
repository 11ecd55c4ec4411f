"""What Postgres says of a load before it publishes: whether another model is in force, and which files it holds."""

from __future__ import annotations

from collections.abc import Sequence

from models.clients.model_in_force import check_rows_in_force
from models.clients.postgres import connected
from models.declaration.in_force import model_named
from models.errors import DatabaseUnreachableError
from models.settings.environment import Settings
from producers.files.csv_file import CsvFile
from producers.load.resume import without_applied


async def checked(
    settings: Settings, files: Sequence[CsvFile], *, skip_loaded: bool
) -> tuple[Sequence[CsvFile], list[str]]:
    """The files to load, and what there is to say of it; all of them if Postgres does not answer.

    Args:
        settings: where Postgres is, and the model of this load.
        files: those found.
        skip_loaded: whether to leave out those that Postgres holds already.

    Raises:
        ModelDiffersError: another model of these rows is in force there.
    """
    try:
        async with connected(settings.database_url) as connection:
            await check_rows_in_force(connection, model_named(settings.model))
        return await without_applied(settings.database_url, files) if skip_loaded else (files, [])
    except DatabaseUnreachableError as error:
        unknown = "which model is in force is not known"
        if skip_loaded:
            unknown = "which files were loaded before is not known, so all are loaded; nor which model is in force"
        return files, [f"{unknown}: {error}"]
