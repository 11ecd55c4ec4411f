"""The Faust table of a feature table: the state of each group, read and written a batch at a time.

`table[key] = value` costs Faust some 75 µs. Here a batch's values go to the changelog as full record batches and
to RocksDB as large writes, in the very form that Faust's recovery reads: the key's JSON, the value's bytes, and the
last changelog offset as the store's persisted offset.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import faust
import pyarrow as pa
import pyarrow.compute as pc
import rocksdict
from aiokafka.errors import KafkaError
from faust.types import TP

from models.declaration.fingerprints import fingerprint
from models.errors import StalePositionError
from models.states.feature_states import FeatureStates
from models.states.few_groups import FewStates
from models.wire.keys import GroupKeys
from streams.faust_adapters.table import open_store
from streams.kafka.client import CHANGELOG_BATCH_BYTES
from streams.table.changelog_writer import changelog_batches
from streams.table.few_values import FewValues
from streams.table.state_codec import decoded, encoded
from streams.table.values import TableValues

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

log = logging.getLogger(__name__)

FEW_GROUPS = 10_000
"""Groups whose values may wait in memory for the changelog while the partition's next transaction is at work."""

MOST_ON_THEIR_WAY = 8
"""Batches for the changelog that are in memory at once."""

GATHERING = 0.25
"""Seconds that the values of small transactions are gathered for the changelog. A worker that is killed loses them;
then those groups are computed from their rows."""

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


def declare(app: faust.App, name: str, partitions: int) -> Any:  # noqa: ANN401  # Faust's tables are dynamically typed
    """The Faust table of the feature table of that name: keys and values are bytes."""
    return app.Table(
        name,
        schema=faust.Schema(key_serializer="raw", value_serializer="raw"),
        partitions=partitions,
        options=dict(_ROCKSDB_OPTIONS),
        help="Each group's state, as of the version of its row of features.",
    )


class StateTable:
    """Bulk access to the table's partitions."""

    def __init__(self, table: Any, states: FeatureStates) -> None:  # noqa: ANN401  # Faust's tables are dynamically typed
        """Take the table, and the states that it holds."""
        self._table = table
        self._states = states
        self._keys = GroupKeys(states.features)
        self._fingerprint = fingerprint(states.features)
        self._few = FewValues(states, self._fingerprint)
        self._producer: AIOKafkaProducer | None = None
        self._gathered: dict[int, TableValues] = {}
        self._writing: dict[int, asyncio.Task[None]] = {}

    def use(self, producer: AIOKafkaProducer) -> None:
        """Write the changelog through this producer."""
        self._producer = producer

    @property
    def changelog_topic(self) -> str:
        """Name of the changelog's topic."""
        app_id: str = self._table.app.conf.id
        return f"{app_id}-{self._table.name}-changelog"

    @property
    def rows_topic(self) -> str:
        """Name of the topic whose rows the states are of."""
        return self._states.features.rows.name

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
                f"{self.rows_topic} had {self._table.partitions} partitions when this worker started, and now has "
                f"{max(partitions) + 1} at least: start the worker again, and its table grows too"
            )

    def stored(self, partition: int, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        """What the store holds of groups by their keys; nothing if the partition is not ours (any more)."""
        store = self._store(partition)
        found: list[bytes | None] = [None] * len(keys) if store is None else store.get(keys)
        return found

    def decoded(self, groups: pa.RecordBatch, values: Sequence[bytes | None]) -> pa.RecordBatch:
        """The states that are stored of these groups, in this order; of one without, an empty one of version 0."""
        return decoded(pa.array(values, pa.binary()), self._states.unknown(groups), self._fingerprint)

    def values(self, states: pa.RecordBatch) -> TableValues:
        """What the table is to hold of groups once their states are committed."""
        found = TableValues()
        has_rows = pa.array(self._states.rows(states) > 0)
        found.add(self._keys.of(states), pc.if_else(has_rows, encoded(states, self._fingerprint), None))
        return found

    def few_decoded(self, values: Sequence[bytes | None]) -> FewStates | None:
        """The same of few groups; None if that takes less by arrays."""
        return self._few.known(values)

    def few_values(self, keys: list[bytes], states: FewStates) -> TableValues:
        """What the table is to hold of few groups with these keys."""
        return self._few.table_values(keys, states)

    async def update(self, partition: int, values: TableValues) -> None:
        """Write what a committed transaction left of each group.

        The store has it at once, for the partition's next transaction; the changelog gets it beside the next ones. A
        value that is in one of the two only costs time, should the other be read.
        """
        if not len(values) or not self._write_values(partition, values):
            return
        gathered = self._gathered.setdefault(partition, TableValues())
        gathered.extend(values)
        writing = self._writing.get(partition)
        if writing is None or writing.done():
            if writing is not None:
                # Raises what nobody expects.
                writing.result()
            writing = asyncio.create_task(self._log_gathered(partition), name=f"changelog {partition}")
            self._writing[partition] = writing
        if len(gathered) > FEW_GROUPS:
            # At a backlog memory counts, and not how soon the next transaction begins.
            await writing

    async def finish(self) -> None:
        """Wait for what is being written to the changelog; for a moment, if Kafka is away."""
        if self._writing:
            await asyncio.wait(self._writing.values(), timeout=FINISH_LIMIT)

    async def _log_gathered(self, partition: int) -> None:
        """Write what is gathered, in order, until there is no more."""
        while partition in self._gathered:
            if len(self._gathered[partition]) <= FEW_GROUPS:
                await asyncio.sleep(GATHERING)
            await self._log(partition, self._gathered.pop(partition))

    async def _log(self, partition: int, values: TableValues) -> None:
        try:
            last_offset = await self._write_changelog(partition, values)
        except KafkaError as error:
            # The rows are committed. Whoever reads this changelog finds older versions, and recomputes those groups.
            log.warning("The changelog misses %d groups of partition %d (%s)", len(values), partition, error)
            return
        if self._store(partition) is not None:
            self._table.data.set_persisted_offset(TP(self.changelog_topic, partition), last_offset)

    def store_changelog(self, tp: TP, records: Sequence[Any], offset: int) -> None:
        """Write what the changelog says of groups, and how far it was read; nothing if the partition is not ours."""
        if self._write_store(tp.partition, ((record.key, record.value) for record in records)):
            self._table.data.set_persisted_offset(tp, offset)

    def _store(self, partition: int) -> Any:  # noqa: ANN401  # a rocksdict.Rdict, which is not typed
        # Only a store that Faust has opened: after a rebalance it may be another worker's. To be let go before anything
        # is waited for: a partition that is taken away and comes back is opened again, which fails while this is held.
        return open_store(self._table, partition)

    def _write_values(self, partition: int, values: TableValues) -> bool:
        return all(
            self._write_store(partition, zip(keys.to_pylist(), each.to_pylist(), strict=True))
            for keys, each in values.parts()
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
        for keys, each in values.parts():
            for batch in changelog_batches(keys, each, CHANGELOG_BATCH_BYTES):
                if len(sent) > MOST_ON_THEIR_WAY:
                    await sent.popleft()
                sent.append(await self._producer.send_batch(batch, topic, partition=partition))
                size = batch.record_count()
        written = [await future for future in sent]
        last: int = written[-1].offset + size - 1
        return last
