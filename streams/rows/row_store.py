"""Rows of a table: new ones by COPY, which costs Postgres half as much as an upsert, others by the upsert.

Whether all rows of a batch are new is not known beforehand. It is likely where those of the batch before were; then
they are copied inside a savepoint. If one is there already, the primary key says so, and the batch is upserted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg
import numpy as np
import pyarrow as pa

from models.sql import rows as statements
from models.sql.names import PUBLICATION
from models.wire.keys import key_bytes
from streams.decoding.stored_rows import StoredRowReader
from streams.postgres.binary_rows import copy_chunks
from streams.postgres.few_rows import FewRows
from streams.postgres.transaction import savepoint
from streams.rows.published_rows import publication_columns

if TYPE_CHECKING:
    from models.declaration.model import RowTable
    from streams.postgres.connection import Connection
    from streams.rows.published_rows import PublishedRows

WORTH_COPYING = 500
"""Rows of a batch: fewer are upserted in less time than a savepoint takes."""


@dataclass(frozen=True, slots=True)
class StoredRows:
    """What storing some rows changed."""

    inserted: int
    """Rows that were not there before."""
    added: pa.RecordBatch
    """Rows that are new or say something else than before."""
    partitions: Sequence[int]
    """Where each of them came from."""
    replaced: pa.RecordBatch
    """What these said before."""


class RowStore:
    """Stores rows of one table, and remembers whether those of a partition were new lately."""

    def __init__(self, table: RowTable, worth_copying: int = WORTH_COPYING) -> None:
        """Begin without a memory; `worth_copying` is the fewest rows that are copied."""
        self._table = table
        self._worth_copying = worth_copying
        self._are_new: dict[int, bool] = {}
        self._stored = StoredRowReader(table)
        self._no_rows = self._stored.read([])
        self._upsert = statements.upsert(table)
        self._delete = statements.delete(table)
        self._has_deletions = statements.has_deletions(table)
        self._some_deleted = statements.some_deleted(table)
        self._key = [column for name in table.key for column in table.columns if column.name == name]

    async def store(self, connection: Connection, published: PublishedRows) -> StoredRows:
        """Store one row a key, by ascending key, unless what is stored or deleted is newer."""
        if not len(published):
            return StoredRows(0, published.rows, published.partitions, published.rows)
        partition = published.partitions[0]
        inserted_all = self._are_new.get(partition, True) and await self._copied(connection, published)
        nothing = published.rows.slice(0, 0)
        if inserted_all:
            return StoredRows(len(published), published.rows, published.partitions, nothing)
        are_few = FewRows.are_few(published.rows)
        incoming = published.few_for_postgres(self._table) if are_few else published.for_postgres(self._table)
        [found] = await connection.fetch(self._upsert, incoming)
        self._are_new[partition] = found["inserted"] == len(published)
        if self._are_new[partition]:
            return StoredRows(len(published), published.rows, published.partitions, nothing)
        changed = published.at(np.asarray(found["changed"], np.int64) - 1)
        return StoredRows(found["inserted"], changed.rows, changed.partitions, self._stored.read(found["replaced"]))

    async def delete(self, connection: Connection, deletions: PublishedRows) -> pa.RecordBatch:
        """Keep deletions, one a key, and delete the rows that are not newer: what these said."""
        if not len(deletions):
            return self._no_rows
        await connection.execute(statements.UPSERT_DELETIONS, self._tombstones(deletions))
        return self._stored.read([row["deleted"] for row in await connection.fetch(self._delete, deletions.rows)])

    def _tombstones(self, deletions: PublishedRows) -> pa.RecordBatch:
        """Rows of the table `deletions`."""
        topics = pa.array([self._table.name] * len(deletions))
        keys = key_bytes(self._key, deletions.rows).cast(pa.string())
        columns = [topics, keys, *publication_columns(deletions.sources, deletions.lines)]
        return pa.record_batch(columns, ["topic", "key", *PUBLICATION])

    async def _copied(self, connection: Connection, published: PublishedRows) -> bool:
        """Copy the rows; False, and nothing is changed, if they are few, one is there already or was deleted."""
        if len(published) < self._worth_copying:
            return False
        incoming = published.for_postgres(self._table)
        if await self._are_some_deleted(connection, incoming):
            return False
        try:
            async with savepoint(connection):
                await connection.copy_to_table(
                    self._table.name,
                    source=_chunks(copy_chunks(incoming)),
                    columns=incoming.schema.names,
                    format="binary",
                )
        except asyncpg.UniqueViolationError:
            return False
        return True

    async def _are_some_deleted(self, connection: Connection, incoming: pa.RecordBatch) -> bool:
        """Whether there is a deletion of one of the rows; mostly there are none at all."""
        if not await connection.fetchval(self._has_deletions):
            return False
        keys = incoming.select(list(self._table.key))
        return bool(await connection.fetchval(self._some_deleted, keys))


async def _chunks(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The data in chunks, as asyncpg's copy takes them."""
    for part in parts:
        yield part
