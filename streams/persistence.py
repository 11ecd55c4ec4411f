"""Applies batches for as long as it takes: retries what passes, waits for a lost Postgres, singles out bad rows."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING

import asyncpg

# asyncpg exports this one under no public name: `asyncpg.DataError` is another, Postgres' own.
from asyncpg.exceptions._base import DataError as UnencodableError

from streams.backoff import Backoff
from streams.transaction import Application, Applied, Refused

if TYPE_CHECKING:
    from streams.record_batch import RecordBatch

log = logging.getLogger(__name__)

CONFLICTS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Two workers wanted the same rows: the one that was told to yield tries again at once."""

OUTAGES = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # What asyncpg makes of a ROLLBACK right after the server has ended the session.
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    asyncpg.PostgresIOError,
    OSError,
    TimeoutError,
)
"""Postgres is away, starting, stopping, full, out of reach, or set to end what takes long: it will be back."""

REFUSALS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    UnencodableError,
)
"""Postgres does not take a value, or it cannot be sent."""


class Persistence:
    """Applies batches through a pool of connections."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._outages: dict[tuple[str, int], str] = {}

    @property
    def outage(self) -> str | None:
        """Why Postgres cannot be used at the moment; None if it can."""
        return next(iter(self._outages.values()), None)

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

    async def _apply_halves(self, application: Application, batch: RecordBatch, reason: str) -> Applied:
        """Apply half by half what was refused as a whole, each half on top of what is stored by then.

        So rows that are refused only together (a unique constraint of the database's owner) are told apart too.
        """
        if len(batch.offsets) == 1:
            return await self._persist(application, batch, {batch.offsets[0]: reason})
        applied = Applied()
        for half in batch.halves():
            try:
                applied.add(await self._persist(application, half, {}))
            except REFUSALS as error:
                applied.add(await self._apply_halves(application, half, str(error)))
        return applied

    async def _persist(self, application: Application, batch: RecordBatch, refused: Refused) -> Applied:
        """One transaction, tried until it is committed or refused."""
        backoff = Backoff(log)
        place = (batch.topic, batch.partition)
        try:
            while True:
                try:
                    async with self._pool.acquire() as connection:
                        return await application.apply(connection, batch, refused)
                except CONFLICTS as error:
                    log.info("%s: %s; trying again", batch, error)
                    await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311  # spreads two workers' attempts
                except REFUSALS:
                    raise
                except OUTAGES as error:
                    cause = _cause(error)
                    self._outages[place] = f"{type(cause).__name__}: {cause}".strip(": ")
                    # A session keeps the settings and the server it began with: only a new one sees them change.
                    await self._pool.expire_connections()
                    await backoff.wait(f"{batch}: Postgres is away", self._outages[place])
        finally:
            self._outages.pop(place, None)


def _cause(error: BaseException) -> BaseException:
    """What Postgres said, if the error at hand is only that a session it ended cannot be rolled back."""
    said = error.__context__
    return said if isinstance(said, asyncpg.PostgresError) else error
