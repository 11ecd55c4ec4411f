"""The model in force, as Postgres has it, and whether this process works by it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg

from models.declaration.as_json import Declared, as_json, model_fingerprint
from models.declaration.changes import Change, changes_between
from models.errors import ModelDiffersError
from models.sql import model_history

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    from models.declaration.model import Model

    Connection: TypeAlias = asyncpg.Connection[Any] | PoolConnectionProxy[Any]
SHOWN = 3
"""Changes that one line lists."""


@dataclass(frozen=True)
class ModelInForce:
    """The newest row of the table `model`."""

    number: int
    fingerprint: str
    declaration: Declared
    name: str
    since: datetime


async def read_in_force(connection: Connection) -> ModelInForce | None:
    """The model in force; None: no worker has put its own in force yet."""
    row = await connection.fetchrow(model_history.READ_IN_FORCE)
    if row is None:
        return None
    return ModelInForce(**{**dict(row), "declaration": json.loads(row["declaration"])})


async def check_in_force(connection: Connection, model: Model) -> None:
    """See that the model is the one in force, if one is.

    Raises:
        ModelDiffersError: it is not.
    """
    in_force = await read_in_force(connection)
    if in_force is not None and in_force.fingerprint != model_fingerprint(model):
        raise ModelDiffersError(difference(in_force, model))


async def check_rows_in_force(connection: Connection, model: Model) -> None:
    """See that rows published by the model are those that the one in force declares, if one is.

    Features may differ: they are no part of what is published.

    Raises:
        ModelDiffersError: a table of rows is another one.
    """
    try:
        in_force = await read_in_force(connection)
    except asyncpg.UndefinedTableError:  # the first worker, which makes the tables, has not started yet
        return
    if in_force is None or in_force.fingerprint == model_fingerprint(model):
        return
    tables = {rows["table"] for rows in in_force.declaration["rows"]} | {rows.name for rows in model.rows}
    changes = [change for change in changes_between(in_force.declaration, as_json(model)) if change.table in tables]
    if changes:
        raise ModelDiffersError(f"nothing was published: {_difference(in_force, model, changes)}")


def difference(in_force: ModelInForce, model: Model) -> str:
    """A line that says how a model differs from the one in force, and what to do."""
    return _difference(in_force, model, changes_between(in_force.declaration, as_json(model)))


def _difference(in_force: ModelInForce, model: Model, changes: list[Change]) -> str:
    shown = "; ".join(f"{change.place} {change.what}" for change in changes[:SHOWN])
    more = f"; and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    in_force_is = f"{in_force.name}, since {in_force.since:%Y-%m-%d %H:%M:%S %Z}"
    return (
        f"the model {model.name} is not the one in force ({in_force_is}): {shown}{more}. "
        "`ingest model diff` lists what would be done, `ingest model apply` does it"
    )
