"""How the records of the topics without features are stored."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from models import decoding
from models.decoding import CompoundRow, RejectRow, UserRow
from streams import dead_letters, deletion_statements, statements
from streams.columns import Reader
from streams.deletions import remember, take_turns
from streams.transaction import Application, Applied

if TYPE_CHECKING:
    from streams.columns import Rows
    from streams.connection import Connection
    from streams.record_batch import RecordBatch


class Users(Application):
    """Topic `users`."""

    def __init__(self) -> None:
        self._reader: Reader[UserRow] = Reader(decoding.USERS)

    async def store(self, connection: Connection, batch: RecordBatch) -> Applied:
        """Delete and upsert users, the newest of each id wins."""
        found = self._reader.read(batch)
        newest, deletions = found.newest(attrgetter("user_id"))
        await take_turns(connection, batch.topic, deletions)
        deleted = await _delete(connection, batch.topic, deletions, deletion_statements.DELETE_USERS)
        inserted = await connection.fetchval(
            statements.UPSERT_USERS,
            [row.user_id for row in newest.rows],
            [row.name for row in newest.rows],
            [row.email or None for row in newest.rows],
            [row.signup_date for row in newest.rows],
            *newest.publication_arrays(),
        )
        return Applied(rows=inserted - deleted, letters=found.letters)


class Compounds(Application):
    """Topic `compounds`."""

    def __init__(self) -> None:
        self._reader: Reader[CompoundRow] = Reader(decoding.COMPOUNDS)

    async def store(self, connection: Connection, batch: RecordBatch) -> Applied:
        """Delete and upsert compounds, the newest of each id wins."""
        found = self._reader.read(batch)
        newest, deletions = found.newest(attrgetter("compound_id"))
        await take_turns(connection, batch.topic, deletions)
        deleted = await _delete(connection, batch.topic, deletions, deletion_statements.DELETE_COMPOUNDS)
        inserted = await connection.fetchval(
            statements.UPSERT_COMPOUNDS,
            [row.compound_id for row in newest.rows],
            [row.compound_name for row in newest.rows],
            [row.compound_structure or None for row in newest.rows],
            *newest.publication_arrays(),
        )
        return Applied(rows=inserted - deleted, letters=found.letters)


class Rejects(Application):
    """Topic `rejects`."""

    def __init__(self) -> None:
        self._reader: Reader[RejectRow] = Reader(decoding.REJECTS)

    async def store(self, connection: Connection, batch: RecordBatch) -> Applied:  # noqa: ARG002  # the caller stores letters
        """Turn each record into a row of `rejects`."""
        found = self._reader.read(batch)
        rejected = [
            dead_letters.of_file(row, source) for row, source in zip(found.rows.rows, found.rows.sources, strict=True)
        ]
        return Applied(letters=rejected + found.letters)


async def _delete(connection: Connection, topic: str, deletions: Rows[int], statement: str) -> int:
    """Apply deletions; return how many rows are gone."""
    if not deletions.rows:
        return 0
    await remember(connection, topic, deletions)
    deleted: int = await connection.fetchval(statement, deletions.rows)
    return deleted
