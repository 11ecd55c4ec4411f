"""Applies batches for as long as it takes: retries what passes, waits for a lost Postgres, singles out bad rows."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING

import asyncpg

from streams.backoff import SharedBackoff
from streams.outages import OUTAGES, reason
from streams.transaction import Application, Applied, Refused

if TYPE_CHECKING:
    from streams.connection import Connection
    from streams.connections import Connections
    from streams.record_batch import RecordBatch

log = logging.getLogger(__name__)

CONFLICTS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Two workers wanted the same rows: the one that was told to yield tries again at once."""

REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)
"""Postgres does not take a value."""


class _TriedOnly(Exception):  # noqa: N818  # not an error: it rolls a trial back
    """Ends a trial's transaction."""


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
        """Apply the batch, however long Postgres is away.

        Raises:
            StalePositionError: the batch does not follow on what Postgres holds.
            asyncpg.PostgresError: an error that neither passes nor lies in a row.
        """
        try:
            applied = await self._apply(application, batch)
        finally:
            self._waiting.pop(id(batch), None)
        self._backoff.succeeded()
        return applied

    async def _apply(self, application: Application, batch: RecordBatch) -> Applied:
        refused: Refused = {}
        while True:
            try:
                async with self._connections.borrowed() as connection:
                    return await application.apply(connection, batch, refused)
            except CONFLICTS as error:
                log.info("%s: %s; trying again", batch, error)
                await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311  # spreads two workers' attempts
            except OUTAGES as error:
                await self._wait(batch, error)
            except REFUSALS as error:
                if refused:
                    raise
                log.warning("%s: Postgres refuses a row (%s); looking for it", batch, error)
                try:
                    refused = await self._refused(application, batch)
                except OUTAGES as outage:
                    await self._wait(batch, outage)

    async def _wait(self, batch: RecordBatch, error: BaseException) -> None:
        self._waiting[id(batch)] = reason(error)
        await self._backoff.wait(f"{batch}: Postgres is away", reason(error))

    async def _refused(self, application: Application, batch: RecordBatch) -> Refused:
        """Try halves of the batch, halves of the halves that fail, and so on; nothing is kept."""
        refused: dict[int, str] = {}
        suspects = [batch]
        async with self._connections.borrowed() as connection:
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
