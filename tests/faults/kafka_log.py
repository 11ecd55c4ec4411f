"""The input topics, read to their ends by a plain consumer: what the worker has to make tables of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One record, and where it is."""

    topic: str
    incarnation: int
    """How often the topic was deleted before."""
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]


@dataclass
class KafkaLog:
    """All committed records there ever were in the topics, those of deleted topics too."""

    bootstrap_servers: str
    topics: tuple[str, ...]
    records: list[LogRecord] = field(default_factory=list)
    _incarnations: Counter[str] = field(default_factory=Counter)
    _positions: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def begin_incarnation(self, topic: str) -> None:
        """The topic is deleted: what it will hold has other offsets. Everything in it must have been read before."""
        self._incarnations[topic] += 1

    def save(self, path: Path) -> None:
        """Write all records, for whoever looks for the reason of a failure."""
        path.write_text("".join(f"{record}\n" for record in self.records))

    async def ends(self) -> dict[tuple[str, int], int]:
        """The offset after the last record of each partition, those of open transactions too."""
        async with self._consumer("read_uncommitted") as consumer:
            ends = await consumer.end_offsets(await self.partitions())
            return {(tp.topic, tp.partition): end for tp, end in ends.items()}

    async def read(self) -> None:
        """Read what was added since the last time."""
        async with self._consumer() as consumer:
            partitions = await self.partitions()
            ends = await consumer.end_offsets(partitions)
            consumer.assign(partitions)
            for tp in partitions:
                consumer.seek(tp, self._positions.get(self._place(tp), 0))
            while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
                for tp, found in (await consumer.getmany(timeout_ms=200)).items():
                    self.records += [self._record(tp, record) for record in found]
            for tp in partitions:
                self._positions[self._place(tp)] = await consumer.position(tp)

    def _place(self, tp: TopicPartition) -> tuple[str, int, int]:
        return tp.topic, self._incarnations[tp.topic], tp.partition

    def _record(self, tp: TopicPartition, record: object) -> LogRecord:
        topic, incarnation, partition = self._place(tp)
        return LogRecord(
            topic,
            incarnation,
            partition,
            record.offset,  # type: ignore[attr-defined]  # aiokafka has no types
            record.timestamp,  # type: ignore[attr-defined]
            record.key,  # type: ignore[attr-defined]
            record.value,  # type: ignore[attr-defined]
            dict(record.headers),  # type: ignore[attr-defined]
        )

    @asynccontextmanager
    async def _consumer(self, isolation_level: str = "read_committed") -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap_servers, isolation_level=isolation_level)
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()

    async def partitions(self) -> list[TopicPartition]:
        """The partitions of all input topics."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        await admin.start()
        try:
            described = await admin.describe_topics(list(self.topics))
        finally:
            await admin.close()
        return [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described
            for partition in topic["partitions"]
        ]
