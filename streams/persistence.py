"""Applies batches for as long as it takes: retries what passes, waits for a lost Postgres, singles out bad rows."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING

import asyncpg

# asyncpg exports this one under no public name: `asyncpg.DataError` is another, Postgres' own.
from asyncpg.exceptions._base import DataError as UnencodableError

from streams.backoff import SharedBackoff
from streams.outages import OUTAGES, reason
from streams.transaction import Application, Applied, Refused

if TYPE_CHECKING:
    from streams.connections import Connections
    from streams.record_batch import RecordBatch

log = logging.getLogger(__name__)

CONFLICTS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Two workers wanted the same rows: the one that was told to yield tries again at once."""

REFUSALS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    UnencodableError,
)
"""Postgres does not take a value, or it cannot be sent."""


class Persistence:
    """Applies batches through a pool of connections."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._backoff = SharedBackoff(log)
        self._waiting: dict[int, str] = {}

    @property
    def outage(self) -> str | None:
        """Why Postgres cannot be used, by the batches that wait for it at the moment; None if none does."""
        return next(iter(self._waiting.values()), None)

    async def apply(self, application: Application, batch: RecordBatch) -> Applied:
        """Apply the batch, however long Postgres is away; only the rows that it refuses are left out.

        Raises:
            StalePositionError: the batch does not follow on what Postgres holds.
            asyncpg.PostgresError: an error that neither passes nor lies in a row.
        """
        try:
            return await self._persist(application, batch, {})
        except REFUSALS as error:
            log.warning("%s: Postgres refuses a row (%s); looking for it", batch, error)
            return await self._apply_halves(application, batch, str(error))

    async def _apply_halves(self, application: Application, batch: RecordBatch, refusal: str) -> Applied:
        """Apply half by half what was refused as a whole, each half on top of what is stored by then.

        So rows that are refused only together (a unique constraint of the database's owner) are told apart too.
        """
        if len(batch.offsets) == 1:
            return await self._persist(application, batch, {batch.offsets[0]: refusal})
        applied = Applied()
        for half in batch.halves():
            try:
                applied.add(await self._persist(application, half, {}))
            except REFUSALS as error:
                applied.add(await self._apply_halves(application, half, str(error)))
        return applied

    async def _persist(self, application: Application, batch: RecordBatch, refused: Refused) -> Applied:
        """One transaction, tried until it is committed or refused."""
        try:
            applied = await self._until_settled(application, batch, refused)
        finally:
            self._waiting.pop(id(batch), None)
        self._backoff.succeeded()
        return applied

    async def _until_settled(self, application: Application, batch: RecordBatch, refused: Refused) -> Applied:
        while True:
            try:
                async with self._connections.borrowed() as connection:
                    return await application.apply(connection, batch, refused)
            except CONFLICTS as error:
                log.info("%s: %s; trying again", batch, error)
                await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311  # spreads two workers' attempts
            except OUTAGES as error:
                self._waiting[id(batch)] = reason(error)
                # A session keeps the settings and the server it began with: only a new one sees them change.
                await self._connections.expire()
                await self._backoff.wait(f"{batch}: Postgres is away", reason(error))
