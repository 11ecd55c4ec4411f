"""A model put in force in place of another one: the database is altered in one transaction, or nothing is changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg

from models.clients.model_in_force import ModelInForce, read_in_force
from models.clients.postgres import connected
from models.declaration.as_json import as_json
from models.declaration.changes import Change, Kind, changes_between
from models.errors import ExactFeaturesError
from models.sql import model_history
from models.sql.alterations import alterations
from streams.features.feature_writer import new_version
from streams.maintenance.model_taking import put_in_force

if TYPE_CHECKING:
    from models.declaration.model import Model
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection

LOCK_SECONDS = 10
"""So long other sessions may keep the tables from being altered; transactions of workers wait meanwhile."""


class ModelRefusedError(ExactFeaturesError):
    """The model was not put in force, and nothing was changed."""


@dataclass(frozen=True)
class Difference:
    """The model in force, and what another one changes of it."""

    in_force: ModelInForce
    changes: list[Change]

    @property
    def refused(self) -> list[Change]:
        """What the database cannot be altered for."""
        return [change for change in self.changes if change.kind is Kind.REFUSED]


@asynccontextmanager
async def applying(settings: Settings) -> AsyncIterator[Connection]:
    """The connection of the one command that puts a model in force, or fills its columns.

    Raises:
        ModelRefusedError: another one runs, or Postgres does not let this user alter the tables.
        DatabaseUnreachableError: Postgres does not answer, or has no tables of ours yet.
    """
    settings_of_session = {
        "application_name": "exact-features model",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "jit": "off",
    }
    async with connected(settings.database_url, settings_of_session) as connection:
        try:
            if not await connection.fetchval(model_history.TRY_LOCK_TO_APPLY):
                raise ModelRefusedError("another `ingest model apply` or `ingest rebuild` runs: let it finish")
            yield connection
        except asyncpg.LockNotAvailableError as error:
            raise ModelRefusedError(
                f"nothing was changed: another session has held a table for more than {LOCK_SECONDS} s, an audit or a "
                "backup perhaps: try again when it is done"
            ) from error
        except asyncpg.DependentObjectsStillExistError as error:
            raise ModelRefusedError(
                f"nothing was changed: {error.detail or error}: drop what depends on it, and make it again afterwards"
            ) from error
        except asyncpg.InsufficientPrivilegeError as error:
            raise ModelRefusedError(f"nothing was changed ({error}): do it as the role that owns the tables") from error


async def find_difference(connection: Connection, model: Model) -> Difference:
    """What differs between the model in force and another one.

    Raises:
        ModelRefusedError: no model is in force.
    """
    in_force = await read_in_force(connection)
    if in_force is None:
        raise ModelRefusedError("no model is in force yet: the first worker puts its own in force (ingest worker)")
    return Difference(in_force, changes_between(in_force.declaration, as_json(model)))


async def lost_rows(connection: Connection, difference: Difference) -> dict[str, int]:
    """How many rows lose values that are only in Kafka then, by the table or column that goes."""
    return {
        change.place: await connection.fetchval(model_history.count(change.table))
        for change in difference.changes
        if change.kind.loses_rows
    }


async def put_another_in_force(connection: Connection, model: Model, difference: Difference) -> None:
    """Alter the database and put the model in force; transactions of workers are waited for, and later ones wait.

    Raises:
        ModelRefusedError: changes are refused, or the model in force is another one by now.
    """
    if difference.refused:
        raise ModelRefusedError(refusal(difference.refused))
    async with connection.transaction():
        await connection.execute(model_history.LOCK_MODEL)
        await connection.execute(model_history.LOCK_OUT_WORKERS)
        now = await read_in_force(connection)
        if now is None or now.number != difference.in_force.number:
            raise ModelRefusedError("nothing was changed: another model was put in force meanwhile; try again")
        for statement in alterations(now.declaration, model, difference.changes, new_version()):
            await connection.execute(statement)
        await put_in_force(connection, model)


def refusal(refused: Sequence[Change]) -> str:
    """The refused changes, each with what to do."""
    lines = [f"{change.place}: {change.what}: {change.effect}" for change in refused]
    return "\n".join(["nothing was changed: the database cannot be altered for this (docs/models.md)", *lines])
