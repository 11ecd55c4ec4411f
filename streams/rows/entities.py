"""How the records of the topics without features are stored."""

from __future__ import annotations

from abc import abstractmethod
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from models.topics import COMPOUNDS, USERS
from streams.decoding import row_decoder
from streams.decoding.row_decoder import CompoundRow, RejectRow, RowDecoder, UserRow
from streams.rejects import dead_letters
from streams.rows import statements as row_statements
from streams.rows.decoded_rows import BatchDecoder
from streams.transactions import deletion_statements
from streams.transactions.deletions import remember
from streams.transactions.transaction import Applied, TopicHandler

if TYPE_CHECKING:
    from streams.kafka.micro_batch import MicroBatch, MicroBatches
    from streams.postgres.connection import Connection
    from streams.rows.decoded_rows import DecodedBatch, DecodedRows

RowT = TypeVar("RowT")


class _Stored(TopicHandler, Generic[RowT]):
    """A topic whose batches are stored one after the other, each by itself."""

    def __init__(self, decoder: RowDecoder[Any]) -> None:
        self._reader: BatchDecoder[RowT] = BatchDecoder(decoder)

    def may_delete(self, batch: MicroBatch) -> bool:
        """Whether a record may be a deletion."""
        return self._reader.may_delete(batch)

    async def store(self, connection: Connection, batches: MicroBatches, *, in_order: bool) -> Applied:  # noqa: ARG002  # it always is
        """Store batch by batch."""
        applied = Applied()
        for batch in batches:
            applied.add(await self._store_batch(connection, self._reader.read(batch)))
        return applied

    @abstractmethod
    async def _store_batch(self, connection: Connection, found: DecodedBatch[RowT]) -> Applied: ...


class Users(_Stored[UserRow]):
    """Stores the records of topic `users`."""

    def __init__(self) -> None:
        super().__init__(row_decoder.USERS)

    async def _store_batch(self, connection: Connection, found: DecodedBatch[UserRow]) -> Applied:
        newest, deletions = found.newest(attrgetter("user_id"))
        deleted = await _delete(connection, USERS, deletions, deletion_statements.DELETE_USERS)
        inserted = await connection.fetchval(
            row_statements.UPSERT_USERS,
            [row.user_id for row in newest.rows],
            [row.name for row in newest.rows],
            [row.email or None for row in newest.rows],
            [row.signup_date.toordinal() for row in newest.rows],
            *newest.publication_arrays(),
        )
        return Applied(inserted=inserted, deleted=deleted, letters=found.letters)


class Compounds(_Stored[CompoundRow]):
    """Stores the records of topic `compounds`."""

    def __init__(self) -> None:
        super().__init__(row_decoder.COMPOUNDS)

    async def _store_batch(self, connection: Connection, found: DecodedBatch[CompoundRow]) -> Applied:
        newest, deletions = found.newest(attrgetter("compound_id"))
        deleted = await _delete(connection, COMPOUNDS, deletions, deletion_statements.DELETE_COMPOUNDS)
        inserted = await connection.fetchval(
            row_statements.UPSERT_COMPOUNDS,
            [row.compound_id for row in newest.rows],
            [row.compound_name for row in newest.rows],
            [row.compound_structure or None for row in newest.rows],
            *newest.publication_arrays(),
        )
        return Applied(inserted=inserted, deleted=deleted, letters=found.letters)


class Rejects(_Stored[RejectRow]):
    """Topic `rejects`: each record becomes a row of the table of that name."""

    def __init__(self) -> None:
        super().__init__(row_decoder.REJECTS)

    async def _store_batch(self, connection: Connection, found: DecodedBatch[RejectRow]) -> Applied:
        rejected = [
            dead_letters.of_file(row, source) for row, source in zip(found.rows.rows, found.rows.sources, strict=True)
        ]
        # Not left to the end of the batches: all of its letters would take memory.
        return Applied(rejects=await dead_letters.store(connection, rejected + found.letters))


async def _delete(connection: Connection, topic: str, deletions: DecodedRows[int], statement: str) -> int:
    """Apply deletions; return how many rows are gone."""
    if not deletions.rows:
        return 0
    await remember(connection, topic, deletions)
    deleted: int = await connection.fetchval(statement, deletions.rows)
    return deleted
