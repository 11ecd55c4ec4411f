"""The Faust table `user_aggregates`, read and written a batch at a time.

`table[key] = value` costs Faust some 75 µs. Here a batch's values go to the changelog as full record batches and
to RocksDB as large writes, in the very form that Faust's recovery reads: the key's JSON, the value's bytes, and the
last changelog offset as the store's persisted offset. Other Faust code reads `table[user_id]` as ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import faust
import rocksdict
from aiokafka.errors import KafkaError
from faust.types import TP

from models.errors import StalePositionError
from models.topics import AGGREGATES_TABLE
from streams.faust_adapters.table import ValueCodec, open_store
from streams.features.aggregate import Aggregate
from streams.features.aggregate_columns import Aggregates
from streams.features.compound_pairs import Integers
from streams.kafka.client import CHANGELOG_BATCH_BYTES
from streams.table.changelog_writer import changelog_batches
from streams.table.codec import aggregate_of, decoded, value_of
from streams.table.values import TableValues

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

log = logging.getLogger(__name__)

FEW_USERS = 10_000
"""Users whose values may wait in memory for the changelog while the partition's next transaction is at work."""

MOST_ON_THEIR_WAY = 8
"""Batches for the changelog that are in memory at once."""

FINISH_LIMIT = 1.0
"""Seconds that the changelog is waited for at the worker's end."""

_ROCKSDB_OPTIONS = {
    # Faust's defaults (3 x 64 MB of write buffers and 2 GB of cache for each partition) suit one store a machine.
    "write_buffer_size": 2 * 1024**2,
    "max_write_buffer_number": 2,
    "block_cache_size": 2 * 1024**2,
    "target_file_size_base": 16 * 1024**2,
    "max_open_files": 64,
    # Bits a key. With fewer, a look-up reads a block of many a file that does not hold the key.
    "bloom_filter_size": 10,
}


_MEMBERS = ("experiments", "thousandths", "compounds", "listed", "top_count", "tied", "version")
"""What Faust code sees of a user."""


class _AggregateCodec(ValueCodec):
    """Aggregates as those see them who read the table the way of Faust: as dicts."""

    def encoded(self, value: Any) -> bytes:  # noqa: ANN401  # Faust's own signature
        """The bytes of a dict of members."""
        members = value["experiments"], value["thousandths"], value["compounds"], value["version"]
        return value_of(Aggregate(*members)) or b""

    def decoded(self, data: bytes) -> dict[str, Any] | None:
        """A dict of members; None if the bytes have another form."""
        found = aggregate_of(data)
        return None if found is None else {member: getattr(found, member) for member in _MEMBERS}


def declare(app: faust.App, partitions: int) -> Any:  # noqa: ANN401  # Faust's tables are dynamically typed
    """The table: user id to the members of `streams.features.aggregate.Aggregate` named above."""
    table: Any = app.Table(
        AGGREGATES_TABLE,
        schema=faust.Schema(key_serializer="json", value_serializer=_AggregateCodec()),
        partitions=partitions,
        options=dict(_ROCKSDB_OPTIONS),
        help="Each user's aggregate, as of the version of the feature row.",
    )
    # Stores ask the table, and it takes its serializer from the values' type, whatever the schema says.
    table.value_serializer = _AggregateCodec()
    return table


class AggregatesTable:
    """Bulk access to the table's partitions."""

    def __init__(self, table: Any) -> None:  # noqa: ANN401  # Faust's tables are dynamically typed
        self._table = table
        self._producer: AIOKafkaProducer | None = None
        self._writing: dict[int, asyncio.Task[None]] = {}

    def use(self, producer: AIOKafkaProducer) -> None:
        """Write the changelog through this producer."""
        self._producer = producer

    @property
    def changelog_topic(self) -> str:
        """Name of the changelog's topic."""
        app_id: str = self._table.app.conf.id
        return f"{app_id}-{self._table.name}-changelog"

    def set_partitions(self, count: int) -> None:
        """Give the table as many partitions as the topic it is made from, before Faust starts it."""
        self._table.partitions = count

    def check_covers(self, partitions: set[int]) -> None:
        """Check that the table has all these partitions.

        Raises:
            StalePositionError: the topic was given more partitions while the worker ran.
        """
        if partitions and max(partitions) >= self._table.partitions:
            raise StalePositionError(
                f"experiments had {self._table.partitions} partitions when this worker started, and now has "
                f"{max(partitions) + 1} at least: start the worker again, and its table grows too"
            )

    def known(self, partition: int, users: Integers) -> Aggregates:
        """The aggregates that the store holds of these users, in this order; for another user, an empty one.

        All are such if the partition is not ours (any more).
        """
        store = self._store(partition)
        return decoded(users, [None] * len(users) if store is None else store.get(_keys(users)))

    async def update(self, partition: int, values: TableValues) -> None:
        """Write what a committed transaction left of each user.

        The store has it at once, for the partition's next transaction; the changelog gets it beside that one. A value
        that is in one of the two only costs time, should the other be read.
        """
        if len(values) and self._write_values(partition, values):
            before = self._writing.get(partition)
            if before is not None:
                # In order, and never more than one in memory.
                await before
            writing = asyncio.create_task(self._log(partition, values), name=f"changelog {partition}")
            self._writing[partition] = writing
            if len(values) > FEW_USERS:
                # At a backlog memory counts, and not how soon the next transaction begins.
                await writing

    async def finish(self) -> None:
        """Wait for what is being written to the changelog; for a moment, if Kafka is away."""
        if self._writing:
            await asyncio.wait(self._writing.values(), timeout=FINISH_LIMIT)

    async def _log(self, partition: int, values: TableValues) -> None:
        try:
            last_offset = await self._write_changelog(partition, values)
        except KafkaError as error:
            # The rows are committed. Whoever reads this changelog finds older versions, and recomputes those users.
            log.warning("The changelog misses %d users of partition %d (%s)", len(values), partition, error)
            return
        if self._store(partition) is not None:
            self._table.data.set_persisted_offset(TP(self.changelog_topic, partition), last_offset)

    def store_changelog(self, tp: TP, records: Sequence[Any], offset: int) -> None:
        """Write what the changelog says of users, and how far it was read; nothing if the partition is not ours."""
        if self._write_store(tp.partition, ((record.key, record.value) for record in records)):
            self._table.data.set_persisted_offset(tp, offset)

    def _store(self, partition: int) -> Any:  # noqa: ANN401  # a rocksdict.Rdict, which is not typed
        # Only a store that Faust has opened: after a rebalance it may be another worker's. To be let go before anything
        # is waited for: a partition that is taken away and comes back is opened again, which fails while this is held.
        return open_store(self._table, partition)

    def _write_values(self, partition: int, values: TableValues) -> bool:
        return all(
            self._write_store(partition, zip(_keys(users), encoded.values(), strict=True))
            for users, encoded in values.parts()
        )

    def _write_store(self, partition: int, pairs: Iterable[tuple[bytes, bytes | None]]) -> bool:
        """Write to the partition's store, and return true; false if it is not ours (any more)."""
        store = self._store(partition)
        if store is None:
            return False
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, value in pairs:
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        store.write(batch)
        return True

    async def _write_changelog(self, partition: int, values: TableValues) -> int:
        if self._producer is None:
            raise RuntimeError("the table was written before its changelog's producer was started")
        topic, size = self.changelog_topic, 0
        sent: deque[asyncio.Future[Any]] = deque()
        for users, encoded in values.parts():
            for batch in changelog_batches(users, encoded, CHANGELOG_BATCH_BYTES):
                if len(sent) > MOST_ON_THEIR_WAY:
                    await sent.popleft()
                sent.append(await self._producer.send_batch(batch, topic, partition=partition))
                size = batch.record_count()
        written = [await future for future in sent]
        last: int = written[-1].offset + size - 1
        return last


def _keys(users: Integers) -> list[bytes]:
    """The user ids as JSON."""
    return [b"%d" % user_id for user_id in users.tolist()]
