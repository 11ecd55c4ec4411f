"""The model in force, as Postgres has it, and what of its feature tables is still being filled."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from models.declaration.as_json import Declared, as_json, fingerprint_of
from models.declaration.changes import changes_between
from models.errors import ModelDiffersError
from models.sql import model_history

if TYPE_CHECKING:
    from models.declaration.model import Model
    from streams.postgres.connection import Connection

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
    if in_force is not None and in_force.fingerprint != fingerprint_of(as_json(model)):
        raise ModelDiffersError(difference(in_force, model))


def difference(in_force: ModelInForce, model: Model) -> str:
    """A line that says how a model differs from the one in force, and what to do."""
    changes = changes_between(in_force.declaration, as_json(model))
    shown = "; ".join(f"{change.place} {change.what}" for change in changes[:SHOWN])
    more = f"; and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    in_force_is = f"{in_force.name}, since {in_force.since:%Y-%m-%d %H:%M:%S %Z}"
    return (
        f"the model {model.name} is not the one in force ({in_force_is}): {shown}{more}. "
        "`ingest model diff` lists what would be done, `ingest model apply` does it"
    )


async def read_incomplete(connection: Connection) -> dict[str, dict[str, float]]:
    """By feature table and column: which share of the groups is filled, of columns that are being filled.

    Until it is complete, such a column is NULL, or right.
    """
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in await connection.fetch(model_history.READ_FILLS):
        share = min(1.0, row["filled"] / row["groups"]) if row["groups"] else 0.0
        found[row["feature_table"]].update(dict.fromkeys(row["columns"], share))
    return dict(found)


def incomplete_lines(incomplete: dict[str, dict[str, float]]) -> list[str]:
    """A line for each column, for people."""
    return [
        f"{table}.{column} is {share:.0%} filled: NULL or right until it is complete (ingest model apply goes on)"
        for table, columns in incomplete.items()
        for column, share in columns.items()
    ]
