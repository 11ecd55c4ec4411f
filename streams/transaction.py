"""One batch, one transaction: offsets locked and checked, rows stored, features written, offsets moved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.errors import StalePositionError
from models.fault_codes import FaultCode
from streams import dead_letters, statements
from streams.dead_letters import DeadLetter

if TYPE_CHECKING:
    from streams.connection import Connection
    from streams.record_batch import RecordBatch

Refused = Mapping[int, str]
"""Records that Postgres refuses: offset to reason."""

TableValues = dict[int, bytes | None]
"""What the Faust table is to hold of each touched user; None: nothing, the user has no experiments any more."""


@dataclass(slots=True)
class Applied:
    """What one transaction did, or several of one batch."""

    rows: int = 0
    """Rows that were not there before, less rows deleted."""
    active_users: int = 0
    rebuilt: int = 0
    rejected: int = 0
    table_values: TableValues = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)

    def add(self, later: Applied) -> None:
        """Count in what a later transaction did."""
        self.rows += later.rows
        self.active_users += later.active_users
        self.rebuilt += later.rebuilt
        self.rejected += later.rejected
        self.table_values |= later.table_values
        self.letters += later.letters


class Application(ABC):
    """How the records of one topic are stored."""

    @abstractmethod
    async def store(self, connection: Connection, batch: RecordBatch) -> Applied:
        """Store all records of the batch; those that are no rows become dead letters."""

    async def apply(self, connection: Connection, batch: RecordBatch, refused: Refused) -> Applied:
        """Do the whole transaction.

        Raises:
            StalePositionError: the batch does not follow on what Postgres holds.
            asyncpg.PostgresError: as it comes; nothing of the batch is stored then.
        """
        # By name, for a database may have another default, in which having waited for another worker is an error.
        async with connection.transaction(isolation="read_committed"):
            start = await _lock_offset(connection, batch)
            if start >= batch.next_offset:
                return Applied()
            rest = batch.since(start, refused)
            applied = await self.store(connection, rest) if rest else Applied()
            applied.letters += _refused_letters(batch, refused, start)
            applied.rejected = await dead_letters.store(connection, applied.letters)
            await connection.execute(
                statements.ADVANCE_OFFSET,
                batch.topic,
                batch.partition,
                batch.next_offset,
                applied.rows,
                applied.active_users,
            )
        return applied


def _refused_letters(batch: RecordBatch, refused: Refused, start: int) -> list[DeadLetter]:
    return [
        dead_letters.of_record(batch, index, None, f"Postgres refuses it: {refused[offset]}", FaultCode.REFUSED)
        for index, offset in enumerate(batch.offsets if refused else ())
        if offset >= start and offset in refused
    ]


async def _lock_offset(connection: Connection, batch: RecordBatch) -> int:
    row = await connection.fetchrow(statements.LOCK_OFFSET, batch.topic, batch.partition)
    if row is None or row["topic_id"] != batch.topic_id:
        raise StalePositionError(
            f"{batch}: stream_offsets has no row for this topic; Postgres was emptied or restored, or the topic "
            "created anew, while the worker ran: start it again"
        )
    start: int = row["next_offset"]
    if start < batch.position:
        raise StalePositionError(
            f"{batch}: stream_offsets says {start}, but the records before {batch.position} were read already; "
            "Postgres was probably restored from a backup: start the worker again and it reads them anew"
        )
    return start
