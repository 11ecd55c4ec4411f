"""How the records of a declared table's topic are stored, and what follows for the features of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from models.types.plain_values import FEW
from streams.features.kept_features import KeptFeatures
from streams.features.row_changes import RowChanges
from streams.kafka.micro_batch import RECORDS_OF_STATEMENT, grouped_by_size
from streams.rows.row_batches import RowReader
from streams.rows.row_store import WORTH_COPYING, RowStore
from streams.transactions.transaction import Applied, TopicHandler

if TYPE_CHECKING:
    from models.declaration.model import RowTable
    from streams.kafka.micro_batch import MicroBatch, MicroBatches
    from streams.postgres.connection import Connection


class RowTopic(TopicHandler):
    """Stores the rows of one table, and the features that change with them."""

    def __init__(
        self, table: RowTable, features: Sequence[KeptFeatures] = (), worth_copying: int = WORTH_COPYING
    ) -> None:
        """Take the table, and the feature tables that are made of it."""
        self.reader = RowReader(table)
        """Reads its micro-batches."""
        self._rows = RowStore(table, worth_copying)
        self._features = features
        read = {name for kept in features for name in kept.columns}
        self._kept = pa.schema([(column.name, column.type.arrow) for column in table.columns if column.name in read])

    def condensed(self, batch: MicroBatch) -> MicroBatch:
        """The batch with its values decoded, if it has many and all of them are rows."""
        return self.reader.condensed(batch)

    def may_delete(self, batch: MicroBatch) -> bool:
        """Whether a record may be a deletion."""
        return self.reader.may_delete(batch)

    def row_id(self, value: bytes | None) -> str | None:
        """The key that the value of a record names, whatever else is wrong with it; None if it names none."""
        return self.reader.row_id(value)

    async def store(self, connection: Connection, batches: MicroBatches, *, in_order: bool) -> Applied:
        """Store some batches at a time, then bring the features up to date, each group once."""
        is_much = sum(len(batch.offsets) for batch in batches) > FEW
        applied, changes = Applied(), RowChanges(self._kept, narrow=is_much)
        for together in grouped_by_size(batches, RECORDS_OF_STATEMENT):
            await self._store_together(connection, together, applied, changes)
        partitions = sorted({batch.partition for batch in batches})
        for features in self._features:
            await features.update(connection, partitions, changes, applied, in_order=in_order)
        return applied

    async def _store_together(
        self, connection: Connection, batches: MicroBatches, applied: Applied, changes: RowChanges
    ) -> None:
        """Delete and upsert rows; the newest of each key wins."""
        found = self.reader.read(*batches)
        applied.letters += found.letters
        deleted = await self._rows.delete(connection, found.deletions)
        stored = await self._rows.store(connection, found.rows)
        applied.inserted += stored.inserted
        applied.deleted += len(deleted)
        changes.add(stored.added, stored.partitions, stored.replaced, deleted)
