"""Applies batches for as long as it takes: retries what passes, waits for a lost Postgres, singles out bad rows."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING

import asyncpg

from streams.backoff import Backoff
from streams.transaction import Application, Applied, Refused

if TYPE_CHECKING:
    from streams.connection import Connection
    from streams.record_batch import RecordBatch

log = logging.getLogger(__name__)

CONFLICTS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Two workers wanted the same rows: the one that was told to yield tries again at once."""

OUTAGES = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    OSError,
    TimeoutError,
)
"""Postgres is away, starting, stopping, full or out of reach: it will be back."""

REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)
"""Postgres does not take a value."""


class _TriedOnly(Exception):  # noqa: N818  # not an error: it rolls a trial back
    """Ends a trial's transaction."""


class Persistence:
    """Applies batches through a pool of connections."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.outage: str | None = None
        """Why Postgres cannot be used at the moment; None if it can."""

    async def apply(self, application: Application, batch: RecordBatch) -> Applied:
        """Apply the batch, however long Postgres is away.

        Raises:
            StalePositionError: the batch does not follow on what Postgres holds.
            asyncpg.PostgresError: an error that neither passes nor lies in a row.
        """
        refused: Refused = {}
        backoff = Backoff(log)
        while True:
            try:
                async with self._pool.acquire() as connection:
                    applied = await application.apply(connection, batch, refused)
            except CONFLICTS as error:
                log.info("%s: %s; trying again", batch, error)
                await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311  # spreads two workers' attempts
            except REFUSALS as error:
                if refused:
                    raise
                log.warning("%s: Postgres refuses a row (%s); looking for it", batch, error)
                refused = await self._refused(application, batch)
            except OUTAGES as error:
                self.outage = f"{type(error).__name__}: {error}".strip(": ")
                await backoff.wait(f"{batch}: Postgres is away", self.outage)
            else:
                self.outage = None
                return applied

    async def _refused(self, application: Application, batch: RecordBatch) -> Refused:
        """Try halves of the batch, halves of the halves that fail, and so on; nothing is kept."""
        refused: dict[int, str] = {}
        suspects = [batch]
        async with self._pool.acquire() as connection:
            while suspects:
                suspect = suspects.pop()
                reason = await self._trial(connection, application, suspect)
                if reason is None:
                    continue
                if len(suspect.offsets) == 1:
                    refused[suspect.offsets[0]] = reason
                else:
                    suspects += suspect.halves()
        return refused

    async def _trial(self, connection: Connection, application: Application, batch: RecordBatch) -> str | None:
        try:
            async with connection.transaction():
                await application.apply(connection, batch, {})
                raise _TriedOnly  # noqa: TRY301  # rolls back
        except _TriedOnly:
            return None
        except REFUSALS as error:
            return str(error)
