"""Partitions that stop at a record batch that is damaged in Kafka; the others go on.

They are looked at again every few seconds: Kafka's log may have been mended, a replica may lead whose disk is sound, or
somebody may have passed the batch over (`streams.maintenance.skip`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, cast
from uuid import UUID

from faust.types import TP

from streams.offsets import damage_statements
from streams.offsets import statements as offset_statements
from streams.rejects import dead_letters
from streams.retry.outages import through_outages

if TYPE_CHECKING:
    from streams.kafka.batch_consumer import BatchConsumer
    from streams.kafka.record_batch_screening import Damage
    from streams.postgres.connection import Connection
    from streams.worker import Application

log = logging.getLogger(__name__)

LOOK_AGAIN = 5.0
"""Seconds between two looks at what is damaged."""


class DamagedPartitions:
    """The damaged partitions of one worker, which are left out of fetches."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._found: dict[TP, Damage] = {}
        self._mended: dict[TP, Damage] = {}
        self._noted = asyncio.Event()

    @property
    def found(self) -> Mapping[TP, Damage]:
        """Why each partition is damaged."""
        return self._found

    def fault(self) -> str | None:
        """What is wrong, as one line; None: nothing."""
        return "; ".join(f"{described(tp, damage)}" for tp, damage in sorted(self._found.items())) or None

    def note(self, tp: TP, damage: Damage | None) -> None:
        """Take note that a partition cannot be read on, or that it can again."""
        before = self._found.pop(tp, None)
        if damage is not None:
            self._found[tp] = damage
            if damage != before:
                log.error("%s; the other partitions go on. %s", described(tp, damage), advice(tp, damage))
        elif before is not None:
            log.warning("%s[%d]: it can be read on from offset %d", tp.topic, tp.partition, before.offset)
            self._mended[tp] = before
        if damage != before:
            self._noted.set()

    async def run(self) -> None:
        """Keep Postgres informed, and look again, for as long as the worker runs."""
        while not self._app.should_stop:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._noted.wait(), LOOK_AGAIN)
            if self._found or self._mended:
                await through_outages("What is damaged cannot be noted", self._look)

    async def _look(self) -> None:
        self._noted.clear()
        consumer = cast("BatchConsumer", self._app.consumer)
        # Those of another worker now are its business.
        for tp in self._found.keys() - consumer.assignment():
            del self._found[tp]
        ids = await self._app.topic_ids({tp.topic for tp in self._found})
        async with self._app.connections.borrowed() as connection:
            await self._take_back(connection)
            reported = [(tp, await _report(connection, tp, damage, ids)) for tp, damage in list(self._found.items())]
        passed_over = [tp for tp, is_there in reported if not is_there]
        for tp in passed_over:
            log.warning("%s[%d]: offset %d was passed over", tp.topic, tp.partition, self._found.pop(tp).offset)
        if passed_over:
            await consumer.seek_to_committed()
        await consumer.look_at_damaged()

    async def _take_back(self, connection: Connection) -> None:
        for tp, damage in self._mended.items():
            await connection.execute(damage_statements.DELETE_DAMAGE, tp.topic, tp.partition, damage.offset)
        self._mended.clear()


async def _report(connection: Connection, tp: TP, damage: Damage, ids: Mapping[str, UUID]) -> bool:
    """Store the reject; whether the partition has to come to that place, and nobody has passed it over."""
    # Passing over takes the same lock: it must not find the reject stored again.
    async with connection.transaction():
        row = await connection.fetchrow(offset_statements.LOCK_OFFSETS, tp.topic, [tp.partition])
        if row is None or row["topic_id"] != ids.get(tp.topic):
            return True
        if row["next_offset"] > damage.offset:
            return False
        reason = f"{damage.reason}. {advice(tp, damage)}"
        letter = dead_letters.of_damage(tp.topic, row["topic_id"], tp.partition, damage.offset, reason)
        await dead_letters.store(connection, [letter])
        return True


def described(tp: TP, damage: Damage) -> str:
    """Where it is and why it cannot be read."""
    return f"{tp.topic}[{tp.partition}] stopped at offset {damage.offset}: the batch is damaged, {damage.reason}"


def advice(tp: TP, damage: Damage) -> str:
    """What an operator can do about the damage."""
    return (
        f"Mend Kafka's log, or pass over offsets {damage.offset} to {damage.next_offset - 1}: "
        f"ingest skip {tp.topic} {tp.partition} {damage.next_offset} (docs/runbook.md, Damaged batches)"
    )
