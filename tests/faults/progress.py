"""How long the worker stood still while something waited for it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from tests.faults.kafka_log import KafkaLog

SAMPLE_SECONDS = 0.2
PATIENCE = 1.0
BRIEF_TROUBLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    KafkaError,
)
"""What a look at servers meets that are stopped and started."""
PARTITIONS_HOLD_SECONDS = 5.0


class Progress:
    """Samples Postgres' offsets and the ends of Kafka's partitions; a server that is away counts as standing still."""

    def __init__(self, database_url: str, log: KafkaLog) -> None:
        self._database_url = database_url
        self._log = log
        self._partitions: list[TopicPartition] = []
        self._partitions_of = 0.0
        self._task: asyncio.Task[None] | None = None
        self._applied = -1
        self._moved_at = time.monotonic()
        self._waiting = False
        self._stopping = False
        self.longest_pause = 0.0
        """Seconds, since the last `begin`."""

    async def start(self) -> None:
        """Start; Kafka must be up until then."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._log.bootstrap_servers, request_timeout_ms=2000, isolation_level="read_committed"
        )
        await consumer.start()
        self._task = asyncio.create_task(self._sample(consumer))

    async def stop(self) -> None:
        # Not by cancellation: Python 3.11's wait_for can lose it.
        self._stopping = True
        if self._task is not None:
            await self._task

    def begin(self) -> None:
        """Measure anew from here."""
        self.longest_pause = 0.0
        self._moved_at = time.monotonic()

    async def _sample(self, consumer: AIOKafkaConsumer) -> None:
        try:
            while not self._stopping:
                await asyncio.sleep(SAMPLE_SECONDS)
                with suppress(*BRIEF_TROUBLE):
                    await asyncio.wait_for(self._look(consumer), PATIENCE)
                self._note()
        finally:
            await consumer.stop()

    async def _look(self, consumer: AIOKafkaConsumer) -> None:
        connection = await asyncpg.connect(self._database_url, timeout=PATIENCE)
        try:
            rows = await connection.fetch("SELECT topic, partition, next_offset FROM stream_offsets")
        finally:
            connection.terminate()
        offsets = {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}
        applied = sum(offsets.values())
        if applied != self._applied:
            self._applied, self._moved_at = applied, time.monotonic()
        if time.monotonic() - self._partitions_of > PARTITIONS_HOLD_SECONDS:
            self._partitions = await self._log.partitions()
            self._partitions_of = time.monotonic()
        ends = await consumer.end_offsets(self._partitions)
        self._waiting = any(offsets.get(tp, 0) < end for tp, end in ends.items())

    def _note(self) -> None:
        if self._waiting:
            self.longest_pause = max(self.longest_pause, time.monotonic() - self._moved_at)
        else:
            self._moved_at = time.monotonic()
