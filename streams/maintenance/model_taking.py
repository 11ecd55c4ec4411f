"""A worker's model at its start: the one in force, or put in force if none is yet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from models.clients.model_in_force import check_in_force, read_in_force
from models.clients.postgres import session
from models.declaration.as_json import as_json, fingerprint_of
from models.errors import ModelMisfitError
from models.sql import fit, model_history
from models.sql.names import tables_of
from streams.postgres.server import CONNECT_TIMEOUT

if TYPE_CHECKING:
    from models.declaration.model import Model
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection

SHOWN = 5
"""Misfits that one line lists."""


async def take_model(settings: Settings, model: Model) -> None:
    """See that the model is in force and the tables are its own; of several workers that begin at once, one puts it so.

    Raises:
        ModelDiffersError: another model is in force.
        ModelMisfitError: the tables that are there are not those of the model.
        asyncpg.PostgresError, OSError: as they come.
    """
    async with (
        session(settings.database_url, connect_seconds=CONNECT_TIMEOUT) as connection,
        connection.transaction(),
    ):
        await connection.execute(model_history.LOCK_MODEL)
        await check_in_force(connection, model)
        in_force = await read_in_force(connection)
        if wrong := fit.misfits(model, await connection.fetch(fit.READ_COLUMNS, tables_of(model))):
            raise ModelMisfitError(_misfit(model, wrong, is_in_force=in_force is not None))
        if in_force is None:
            await put_in_force(connection, model)


async def put_in_force(connection: Connection, model: Model) -> None:
    """Make the model the newest one."""
    declared = as_json(model)
    await connection.execute(model_history.PUT_IN_FORCE, fingerprint_of(declared), json.dumps(declared), model.name)


def _misfit(model: Model, wrong: list[str], *, is_in_force: bool) -> str:
    shown = "; ".join(wrong[:SHOWN]) + (f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else "")
    what_to_do = (
        "somebody has changed them: `ingest rebuild` makes them again and fills them from Kafka"
        if is_in_force
        else "start with the model that they were made by, then `ingest model apply` the new one; or `ingest rebuild`"
    )
    return f"the tables of the database do not fit the model {model.name}: {shown}. Nothing was changed: {what_to_do}"
