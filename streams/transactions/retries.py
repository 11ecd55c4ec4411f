"""Applies batches for as long as it takes: retries what passes, waits for a lost Postgres, singles out bad rows."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import asyncpg

from models.errors import StalePositionError
from streams.kafka.micro_batch import by_partition
from streams.operations.metrics import Cause, Metrics
from streams.postgres.asyncpg_adapter import UnencodableError
from streams.retry.backoff import SharedBackoff
from streams.retry.outages import OUTAGES, reason
from streams.transactions.transaction import Applied, Refused, TopicHandler

if TYPE_CHECKING:
    from streams.kafka.micro_batch import MicroBatch, MicroBatches
    from streams.postgres.pool import Connections

log = logging.getLogger(__name__)

CONFLICTS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Two workers wanted the same rows: the one that had to yield tries again at once."""

CAREFUL_SECONDS = 60.0
"""So long after a conflict each transaction is one batch and locks all its rows in order, which costs a little: where
two workers meet once, they meet again, and each deadlock takes Postgres' deadlock_timeout to be noticed."""

REFUSALS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    UnencodableError,
)
"""Postgres does not take a value, or it cannot be sent."""


Committed = Callable[[Applied], Awaitable[None]]
"""Told what a transaction did."""

Persist = Callable[["MicroBatches", Refused], Awaitable[None]]


async def _no_matter(_: Applied) -> None:
    """The default listener: ignores what it is given."""


class RetriedTransactions:
    """Applies batches through a pool of connections."""

    def __init__(self, connections: Connections, metrics: Metrics | None = None) -> None:
        """Take the connections, and where to count what happens; without it, nothing is counted."""
        self._connections = connections
        self._metrics = metrics or Metrics()
        self._backoff = SharedBackoff(log)
        self._waiting: dict[int, str] = {}
        self._careful_until = 0.0

    @property
    def _is_careful(self) -> bool:
        """Whether a conflict was met lately."""
        return time.monotonic() < self._careful_until

    @property
    def outage(self) -> str | None:
        """Why Postgres cannot be used, by the batches that wait for it at the moment; None if none does."""
        return next(iter(self._waiting.values()), None)

    async def apply(self, handler: TopicHandler, batches: MicroBatches, committed: Committed = _no_matter) -> Applied:
        """Apply the batches, however long Postgres is away; only the rows that it refuses are left out.

        Args:
            handler: how the rows are stored.
            batches: what to store, of one partition or several: in one transaction, unless that meets a conflict, a
                row is refused or a partition is not where it should be. Then each partition is stored by itself.
            committed: called with each transaction.

        Returns:
            What all of them did.

        Raises:
            StalePositionError: the batches do not follow on what Postgres holds.
            asyncpg.PostgresError: an error that neither passes nor lies in a row.
        """
        applied = Applied()

        async def persist(part: MicroBatches, refused: Refused) -> None:
            one = await self._persist(handler, part, refused)
            applied.add(one)
            await committed(one)

        runs = by_partition(batches)
        if len(runs) > 1 and not self._is_careful:
            try:
                await persist(batches, {})
            except (*CONFLICTS, *REFUSALS, StalePositionError) as error:
                log.info("%s and other partitions: %s; each partition is applied by itself", batches[0], error)
            else:
                return applied
        stale: StalePositionError | None = None
        for run in runs:
            try:
                await self._apply_run(persist, run)
            except StalePositionError as error:
                stale = error
        if stale is not None:
            raise stale
        return applied

    async def _apply_run(self, persist: Persist, run: MicroBatches) -> None:
        """Apply batches of one partition."""
        if len(run) > 1 and not self._is_careful:
            try:
                await persist(run, {})
            except CONFLICTS as error:
                log.info("%s and on: %s; applying batch by batch", run[0], error)
            except REFUSALS as error:
                log.info("%s and on: %s; each batch is applied by itself", run[0], error)
            else:
                return
        for batch in run:
            await _apply_batch(persist, batch)

    async def _persist(self, handler: TopicHandler, batches: MicroBatches, refused: Refused) -> Applied:
        """One transaction, tried until it is committed or refused, or in conflict and to be divided."""
        try:
            applied = await self._until_settled(handler, batches, refused)
        finally:
            self._waiting.pop(id(batches), None)
        self._backoff.succeeded()
        return applied

    async def _until_settled(self, handler: TopicHandler, batches: MicroBatches, refused: Refused) -> Applied:
        while True:
            try:
                return await self._transaction(handler, batches, refused)
            except REFUSALS:
                self._metrics.failed(Cause.REFUSAL)
                raise
            except CONFLICTS as error:
                self._metrics.failed(Cause.CONFLICT)
                self._careful_until = time.monotonic() + CAREFUL_SECONDS
                if len(batches) > 1:
                    raise
                log.info("%s: %s; trying again", batches[0], error)
                await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311  # spreads two workers' attempts
            except OUTAGES as error:
                self._metrics.failed(Cause.OUTAGE)
                self._waiting[id(batches)] = reason(error)
                # A session keeps the settings and the server it began with: only a new one sees them change.
                await self._connections.expire()
                await self._backoff.wait(f"{batches[0]}: Postgres is away", reason(error))

    async def _transaction(self, handler: TopicHandler, batches: MicroBatches, refused: Refused) -> Applied:
        async with self._connections.borrowed() as connection:
            started = time.perf_counter()
            applied = await handler.apply(connection, batches, refused, in_order=self._is_careful)
            self._metrics.committed(batches, applied, time.perf_counter() - started)
            return applied


async def _apply_batch(persist: Persist, batch: MicroBatch) -> None:
    try:
        await persist([batch], {})
    except REFUSALS as error:
        log.warning("%s: Postgres refuses a row (%s); looking for it", batch, error)
        await _apply_halves(persist, batch, str(error))


async def _apply_halves(persist: Persist, batch: MicroBatch, refusal: str) -> None:
    """Apply half by half what was refused as a whole, each half on top of what is stored by then.

    So rows that are refused only together (a unique constraint of the database's owner) are found one by one too.
    """
    if len(batch.offsets) <= 1:
        # Of a batch without records, it is the new position that is refused, which raises again.
        await persist([batch], dict.fromkeys(batch.offsets, refusal))
        return
    for half in batch.halves():
        try:
            await persist([half], {})
        except REFUSALS as error:
            await _apply_halves(persist, half, str(error))
