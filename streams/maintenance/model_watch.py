"""A worker that has nothing to store notices too that another model was put in force."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from models.errors import ModelDiffersError
from models.sql.model_history import READ_IN_FORCE
from streams.retry.outages import through_outages
from streams.transactions.transaction import CHANGED_MODEL

if TYPE_CHECKING:
    from streams.worker import Application

LOOK_AGAIN = 5.0
"""Seconds between two looks."""


async def watch_model(app: Application) -> None:
    """End the worker once another model is in force; transactions find out by themselves."""

    async def in_force() -> str | None:
        async with app.connections.borrowed() as connection:
            row = await connection.fetchrow(READ_IN_FORCE)
            return row["fingerprint"] if row else None

    while not app.should_stop:
        await asyncio.sleep(LOOK_AGAIN)
        found = await through_outages("The model in force cannot be read", in_force)
        if found not in {None, app.model_fingerprint}:
            app.end(ModelDiffersError(CHANGED_MODEL))
