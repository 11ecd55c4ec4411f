"""How the records of topic `experiments` are stored, and what follows for the features of their users."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.topics import EXPERIMENTS
from streams.columns.byte_column import ByteColumn
from streams.decoding import row_decoder
from streams.decoding.packed_experiments import PackedExperiments, packed
from streams.decoding.row_decoder import ExperimentRow
from streams.features.aggregate_columns import Aggregates
from streams.features.compound_pairs import Integers
from streams.features.contributions import Contributions, Signed, of_replaced
from streams.features.deltas import Deltas, summed
from streams.features.store import lock_features, write_features
from streams.rows.decoded_rows import BatchDecoder, DecodedRows
from streams.rows.experiment_columns import experiment_columns, packed_columns
from streams.rows.experiment_store import WORTH_COPYING, ExperimentRows
from streams.table.codec import encoded
from streams.transactions import deletion_statements
from streams.transactions.deletions import remember
from streams.transactions.transaction import Applied, TopicHandler

if TYPE_CHECKING:
    from streams.kafka.micro_batch import MicroBatch, MicroBatches
    from streams.postgres.connection import Connection


_WORTH_PACKING = 256
"""Records of a batch: fewer are decoded faster one by one, and take little memory anyway."""
USERS_AT_ONCE = 2048
"""Users whose aggregates are in memory at the same time, decoded; a busy user's takes kilobytes."""


class KnownAggregates(Protocol):
    """Where the last known aggregates are: the Faust table."""

    def known(self, partition: int, users: Integers) -> Aggregates:
        """The aggregates of these users, in this order; of one that is not known, an empty one of version 0."""


class Experiments(TopicHandler):
    """Stores the records of topic `experiments`, and the features that change with them."""

    def __init__(self, table: KnownAggregates, worth_copying: int = WORTH_COPYING) -> None:
        self._table = table
        self._rows = ExperimentRows(worth_copying)
        self._reader: BatchDecoder[ExperimentRow] = BatchDecoder(row_decoder.EXPERIMENTS)

    def condensed(self, batch: MicroBatch) -> MicroBatch:
        """The batch with its values packed, if it has many and all can be packed."""
        if len(batch.values) < _WORTH_PACKING or not isinstance(batch.values, ByteColumn):
            return batch
        found = packed(batch.values)
        return batch if found is None else replace(batch, values=found)

    def may_delete(self, batch: MicroBatch) -> bool:
        """Whether a record may be a deletion."""
        return self._reader.may_delete(batch)

    async def store(self, connection: Connection, batches: MicroBatches, *, in_order: bool) -> Applied:
        """Store batch by batch, then bring the users' features up to date, each user once."""
        applied = Applied()
        signed: list[Signed] = []
        for batch in batches:
            signed += await self._store_batch(connection, batch, applied)
        deltas = summed(signed)
        if in_order:
            await lock_features(connection, deltas.user_ids)
        # A user that a row was taken from may live on another partition: not this table's business, unless it knows the
        # user.
        own = np.concatenate([part.contributions.user_ids for part in signed if part.sign > 0])
        strangers = np.setdiff1d(deltas.user_ids, own)
        await self._write_features(connection, batches[0].partition, deltas, strangers, applied)
        return applied

    async def _store_batch(self, connection: Connection, batch: MicroBatch, applied: Applied) -> list[Signed]:
        """Delete and upsert experiments, the newest of each id wins; return what changed for their users."""
        if isinstance(batch.values, PackedExperiments):
            deleted = of_replaced((), (), ())
            columns = packed_columns(batch.values, batch.sources, batch.lines)
        else:
            found = self._reader.read(batch)
            applied.letters += found.letters
            newest, deletions = found.newest(attrgetter("experiment_id"))
            deleted = await _delete(connection, deletions)
            columns = experiment_columns(newest)
        stored = await self._rows.store(connection, batch.partition, columns)
        applied.inserted += stored.inserted
        applied.deleted += len(deleted.user_ids)
        return [Signed(1, stored.added), Signed(-1, stored.replaced), Signed(-1, deleted)]

    async def _write_features(
        self, connection: Connection, partition: int, deltas: Deltas, strangers: Integers, applied: Applied
    ) -> None:
        for part in deltas.parts(USERS_AT_ONCE):
            known = self._table.known(partition, part.user_ids)
            not_ours = np.intersect1d(strangers, known.user_ids[known.versions == 0], assume_unique=True)
            written = await write_features(connection, known, part)
            applied.active_users += written.active_users
            applied.rebuilt += written.rebuilt
            applied.from_table += len(part) - written.rebuilt
            ours = written.aggregates.at(~np.isin(written.aggregates.user_ids, not_ours))
            applied.table_values.add(ours.user_ids, encoded(ours))


async def _delete(connection: Connection, deletions: DecodedRows[int]) -> Contributions:
    """Apply deletions; return what the rows that are gone had contributed."""
    if not deletions.rows:
        return of_replaced((), (), ())
    await remember(connection, EXPERIMENTS, deletions)
    [row] = await connection.fetch(deletion_statements.DELETE_EXPERIMENTS, deletions.rows)
    return of_replaced(row["user_ids"], row["thousandths"], row["compound_ids"])
