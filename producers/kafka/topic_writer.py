"""Records to Kafka, a whole batch per partition at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, NamedTuple

import numpy as np
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError

from models.kafka_format.batch_header import HEADER_BYTES
from models.kafka_format.codecs import Codec
from models.publication import FILE_HEADER, LINE_HEADER, LOAD_HEADER
from producers.files.simple_blocks import BlockRows
from producers.kafka import block_encoding
from producers.kafka.block_shares import Shares
from producers.kafka.load_id import LoadIdentity
from producers.kafka.partitioning import PartitionOfKey
from producers.kafka.record_batch import RecordBatch, encoded_headers

_MAX_BATCH_BYTES = 512 * 1024
_MIN_BATCH_BYTES = 16 * 1024
_OPEN_BATCHES_BYTES = 4 * 1024 * 1024
"""What the open batches of one topic may take; as many again are on their way."""
_MOST_RECORDS = 0x1FFF
"""Of a batch of blocks: workers read by columns what has offset deltas of two bytes at most."""
_MAX_UNACKNOWLEDGED_BATCHES = 64
_ABANDON_SECONDS = 1


def batch_bytes(partition_count: int) -> int:
    """The size of a batch, such that memory is bounded for topics with many partitions too."""
    return max(_MIN_BATCH_BYTES, min(_MAX_BATCH_BYTES, _OPEN_BATCHES_BYTES // partition_count))


class _Sent(NamedTuple):
    metadata: asyncio.Future[Any]
    partition: int
    records: int


class TopicWriter:
    """Writes the records of one file to one topic.

    `append` is cheap and never waits: `send_full` must follow soon after `full` holds something.
    """

    def __init__(
        self,
        producer: AIOKafkaProducer,
        topic: str,
        partition_count: int,
        identity: LoadIdentity,
        file_name: str,
        delivery_timeout: float,
        codec: Codec = Codec.NONE,
    ) -> None:
        """Open the writer.

        Args:
            producer: started.
            topic: where to.
            partition_count: how many partitions the topic has.
            identity: the load's.
            file_name: for the records' headers.
            delivery_timeout: seconds that Kafka may take to acknowledge a batch; an idempotent producer of aiokafka
                would retry for ever.
            codec: how the batches are compressed.
        """
        self.topic = topic
        self.acknowledged = 0
        """Records that all replicas have."""
        self.next_offsets: dict[int, int] = {}
        """The offset after the last acknowledged record of this load, by partition."""
        self.records: dict[int, int] = {}
        """How many of the acknowledged records went to each partition."""
        self.full: list[tuple[int, Any]] = []
        """Partition and batch of what `send_full` will send. Always the same list."""
        self._producer = producer
        self._delivery_timeout = delivery_timeout
        self._partition_of = PartitionOfKey(partition_count)
        self._codec = codec
        self._published_ms = identity.published_ms
        self._headers = encoded_headers(
            {LOAD_HEADER: str(identity.load_id).encode(), FILE_HEADER: file_name.encode()}, last=LINE_HEADER
        )
        self._most_bytes = batch_bytes(partition_count)
        self._open = [self._new_batch() for _ in range(partition_count)]
        self._append = [batch.append for batch in self._open]
        self._sent: deque[_Sent] = deque()

    def append(self, key: bytes, value: bytes | None, line: int) -> None:
        """Add a record, maybe without value, to the open batch of its key's partition."""
        partition = self._partition_of[key]
        if not self._append[partition](key, value, line):
            self._replace(partition)
            self._append[partition](key, value, line)

    def append_block(self, rows: BlockRows, first_line: int) -> None:
        """Add the records of all rows to the open batches of their partitions, as `append` would one by one."""
        sizes = block_encoding.greatest_sizes(rows, self._headers)
        shares = Shares.of(rows.keys, sizes, len(self._open))
        if rows.count > 1 and shares.sizes.max() > self._most_bytes - HEADER_BYTES:
            first, second = rows.halves()
            self.append_block(first, first_line)
            self.append_block(second, first_line + first.count)
            return
        used = np.flatnonzero(shares.counts).tolist()
        self._make_room(shares, used)
        deltas = shares.deltas(np.array([batch.record_count() for batch in self._open]))
        encoded = shares.cut(block_encoding.encode(rows, first_line, self._headers, shares.order, deltas))
        for partition in used:
            self._open[partition].extend(encoded[partition], int(shares.counts[partition]))

    def _make_room(self, shares: Shares, partitions: list[int]) -> None:
        """Put those open batches with the full ones that have no room for what is to come."""
        for partition in partitions:
            size, count = int(shares.sizes[partition]), int(shares.counts[partition])
            batch = self._open[partition]
            if batch.record_count() and not batch.has_room(size, count, _MOST_RECORDS):
                self._replace(partition)

    def _new_batch(self) -> RecordBatch:
        return RecordBatch(self._published_ms, self._headers, self._most_bytes, self._codec)

    def _replace(self, partition: int) -> None:
        """Put the open batch of a partition with the full ones, and open another."""
        self.full.append((partition, self._open[partition]))
        batch = self._open[partition] = self._new_batch()
        self._append[partition] = batch.append

    async def send_full(self) -> None:
        """Hand over the batches that are full, and see to those that were sent.

        Raises:
            aiokafka.errors.KafkaError: a batch was not acknowledged.
        """
        while self.full:
            partition, batch = self.full[0]
            metadata = await self._producer.send_batch(batch, self.topic, partition=partition)
            self._sent.append(_Sent(metadata, partition, batch.record_count()))
            # At once: a cancellation of the next one must not have this one sent again.
            del self.full[0]
        await asyncio.sleep(0)
        while self._sent and (self._sent[0].metadata.done() or len(self._sent) > _MAX_UNACKNOWLEDGED_BATCHES):
            await self._acknowledge_first()

    async def finish(self) -> None:
        """Send everything appended and wait until it is acknowledged.

        Raises:
            aiokafka.errors.KafkaError: a batch was not acknowledged.
        """
        for partition, batch in enumerate(self._open):
            if batch.record_count():
                self._replace(partition)
        await self.send_full()
        while self._sent:
            await self._acknowledge_first()

    async def abandon(self) -> None:
        """Send nothing more, and count what was acknowledged of the batches already on their way."""
        if self._sent:
            await asyncio.wait([sent.metadata for sent in self._sent], timeout=_ABANDON_SECONDS)
        for sent in self._sent:
            if sent.metadata.done() and sent.metadata.exception() is None:
                self._count(sent)
        self._sent.clear()

    async def _acknowledge_first(self) -> None:
        # Waited for by asyncio.wait, as a cancellation would end a plain await's future, and its count with it.
        done, _ = await asyncio.wait([self._sent[0].metadata], timeout=self._delivery_timeout)
        if not done:
            raise KafkaTimeoutError(f"nothing was acknowledged for {self._delivery_timeout:g} s")
        self._count(self._sent.popleft())

    def _count(self, sent: _Sent) -> None:
        metadata = sent.metadata.result()
        self.acknowledged += sent.records
        self.next_offsets[sent.partition] = metadata.offset + sent.records
        self.records[sent.partition] = self.records.get(sent.partition, 0) + sent.records
