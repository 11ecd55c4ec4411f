"""Reading the table's changelog up to its end, in bulk, within a limit."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from models.clients.kafka import READ_COMMITTED, client_options
from streams.retry.backoff import Backoff

if TYPE_CHECKING:
    from faust.types import TP

    from models.settings.environment import Settings

log = logging.getLogger(__name__)

LIMIT = 8.0
"""Seconds that a recovery may take; it bounds how long a rebalance keeps partitions waiting."""

PATIENCE = 2.0
"""Seconds without a record after which there is none: a compacted log may end before its end offset says so."""

_POLL_MS = 250
_MOST_RECORDS = 20_000
_REQUEST_TIMEOUT_MS = 5_000
_FETCH_BYTES = 4 * 1024**2

Store = Callable[["TP", Sequence[Any], int], None]
"""Stores a partition's records, and the offset of the last one seen."""


class ChangelogReader:
    """Reads partitions of the changelog from where their stores stand."""

    def __init__(self, settings: Settings, store: Store) -> None:
        """Take where to read and what to do with the records."""
        self._settings = settings
        self._store = store
        self.records = 0

    async def catch_up(self, stored: Mapping[TP, int | None]) -> None:
        """Read on after the offsets that the stores hold already, to the end as it is now or to the limit."""
        if not stored:
            return
        reached = dict(stored)
        backoff = Backoff(log)
        try:
            async with asyncio.timeout(LIMIT):
                while True:
                    try:
                        await self._read(reached)
                    except (KafkaError, OSError) as error:
                        await backoff.wait("The table's changelog cannot be read", error)
                    else:
                        return
        except TimeoutError:
            log.warning(
                "Recovery ends after %.0f s; groups that are missing in the table are recomputed from Postgres", LIMIT
            )

    async def _read(self, reached: dict[TP, int | None]) -> None:
        consumer = AIOKafkaConsumer(
            **client_options(self._settings),
            enable_auto_commit=False,
            isolation_level=READ_COMMITTED,
            auto_offset_reset="earliest",
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            max_partition_fetch_bytes=_FETCH_BYTES,
        )
        try:
            await consumer.start()
            consumer.assign(list(reached))
            await self._read_assigned(consumer, reached, await _ranges(consumer, reached))
        finally:
            await consumer.stop()

    async def _read_assigned(
        self,
        consumer: Any,  # noqa: ANN401  # not typed
        reached: dict[TP, int | None],
        ends: Mapping[TP, int],
    ) -> None:
        pending = dict(ends)
        last_arrival = time.monotonic()
        while pending and time.monotonic() - last_arrival < PATIENCE:
            fetched = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_MOST_RECORDS)
            for tp, records in fetched.items():
                last_arrival = time.monotonic()
                reached[tp] = records[-1].offset
                self.records += len(records)
                self._store(tp, records, records[-1].offset)
            pending = {tp: end for tp, end in pending.items() if await consumer.position(tp) < end}
        for tp, end in pending.items():
            log.info("%s[%d]: no record before the log's end at offset %d", tp.topic, tp.partition, end)


async def _ranges(consumer: Any, reached: Mapping[TP, int | None]) -> dict[TP, int]:  # noqa: ANN401  # not typed
    """Seek to where each partition is read on; return the end of each that has something to read."""
    begins = await consumer.beginning_offsets(list(reached))
    ends = await consumer.end_offsets(list(reached))
    for tp, offset in reached.items():
        position = begins[tp] if offset is None else max(offset + 1, begins[tp])
        # A store that is ahead of the log belongs to a log that is gone.
        consumer.seek(tp, begins[tp] if position > ends[tp] else position)
    return {tp: end for tp, end in ends.items() if await consumer.position(tp) < end}
