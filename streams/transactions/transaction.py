"""One transaction of several micro-batches: offsets checked, rows stored, features written, offsets moved.

The batches may be of several partitions. Then each partition's row of `stream_offsets` is locked and checked, in
ascending order.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from models.errors import ModelDiffersError, StalePositionError
from models.fault_codes import FaultCode
from streams.kafka.micro_batch import by_partition
from streams.offsets import statements as offset_statements
from streams.postgres.transaction import transaction
from streams.rejects import dead_letters
from streams.rejects.dead_letters import DeadLetter
from streams.table.values import TableValues
from streams.transactions import deletions

if TYPE_CHECKING:
    import asyncpg

    from streams.kafka.micro_batch import MicroBatch, MicroBatches
    from streams.postgres.connection import Connection

CHANGED_MODEL = (
    "another model was put in force while this worker ran; nothing was stored by the old one since: start the worker "
    "again with the new model (`ingest model show` prints it)"
)

Refused = Mapping[int, str]
"""Records that Postgres refuses: offset to reason."""


@dataclass(slots=True)
class Applied:
    """What one transaction did, or several of one batch."""

    next_offsets: dict[int, int] = field(default_factory=dict)
    """Where Postgres is then, by partition; without those where it was there already, or farther."""
    records: int = 0
    """Records that were not applied before."""
    inserted: int = 0
    """Rows that were not there before."""
    deleted: int = 0
    more_groups: Counter[str] = field(default_factory=Counter)
    """How many more rows each feature table has now."""
    recomputed: Counter[str] = field(default_factory=Counter)
    """Groups of each feature table that were computed from all of their rows."""
    from_table: Counter[str] = field(default_factory=Counter)
    """Groups of each feature table that were brought up to date without that."""
    rejects: Counter[str | None] = field(default_factory=Counter)
    """New rows of `rejects`, by their code."""
    table_values: dict[int, dict[str, TableValues]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(TableValues))
    )
    """What the Faust table of each feature table is to hold, by partition."""
    letters: list[DeadLetter] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """New rows of `rejects`."""
        return self.rejects.total()

    @property
    def rows(self) -> int:
        """How many more rows there are now."""
        return self.inserted - self.deleted

    def add(self, later: Applied) -> None:
        """Count in what a later transaction did."""
        self.next_offsets |= later.next_offsets
        self.records += later.records
        self.inserted += later.inserted
        self.deleted += later.deleted
        self.more_groups.update(later.more_groups)
        self.recomputed.update(later.recomputed)
        self.from_table.update(later.from_table)
        self.rejects += later.rejects
        for partition, tables in later.table_values.items():
            for table, values in tables.items():
                self.table_values[partition][table].extend(values)
        self.letters += later.letters


class PartitionOffset(NamedTuple):
    """Where a partition is at the begin of a transaction.

    Attributes:
        start: up to where it was applied before.
        end: up to where it is then.
        feature_rows: how many rows of each feature table are counted there.
    """

    start: int
    end: int
    feature_rows: Counter[str]


Offsets = Mapping[int, PartitionOffset]


class TopicHandler(ABC):
    """How the records of one topic are stored."""

    model: str | None = None
    """The fingerprint of the model that it stores by; None: whichever is in force."""

    def condensed(self, batch: MicroBatch) -> MicroBatch:
        """The same batch in a form that takes little memory while it waits."""
        return batch

    @abstractmethod
    def may_delete(self, batch: MicroBatch) -> bool:
        """Whether the batch may hold deletions; False only if it surely holds none."""

    def row_id(self, value: bytes | None) -> str | None:  # noqa: ARG002  # of rows
        """The key that the value of a record names, whatever else is wrong with it; None if it names none."""
        return None

    @abstractmethod
    async def store(self, connection: Connection, batches: MicroBatches, *, in_order: bool) -> Applied:
        """Store all records of the batches; those that are no rows become dead letters."""

    async def apply(
        self, connection: Connection, batches: MicroBatches, refused: Refused, *, in_order: bool = False
    ) -> Applied:
        """Do the whole transaction.

        Args:
            connection: to do it on.
            batches: what to store; of several partitions in one transaction.
            refused: what to leave out, of a single partition.
            in_order: whether to lock rows in ascending order throughout, so as not to get into a deadlock with other
                transactions that do; a run should be one batch then.

        Raises:
            StalePositionError: the batches do not follow on what Postgres holds.
            ModelDiffersError: another model is in force by now.
            asyncpg.PostgresError: as it comes; nothing of the batches is stored then.
        """
        async with transaction(connection) as commit:
            alone = any(map(self.may_delete, batches))
            offsets = await _lock_offsets(connection, batches, self.model, alone=alone)
            moved = {number: at.end for number, at in offsets.items() if at.start < at.end}
            if not moved:
                await commit()
                return Applied()
            rest = [left for batch in batches if (left := _fit(batch, offsets, refused)) is not None]
            applied = await self.store(connection, rest, in_order=in_order) if rest else Applied()
            letters = self._refused_letters(batches, refused, offsets) + self._unfit_letters(batches, refused, offsets)
            applied.next_offsets = moved
            applied.records = sum(len(batch.offsets) for batch in rest) + len(letters)
            applied.letters += letters
            applied.rejects += await dead_letters.store(connection, applied.letters)
            credited = min(moved)
            counts = offsets[credited].feature_rows
            counts.update(applied.more_groups)
            await commit(offset_statements.advance(batches[0].topic, moved, credited, applied.rows, counts))
        return applied

    def _unfit_letters(self, batches: MicroBatches, refused: Refused, offsets: Offsets) -> list[DeadLetter]:
        return [
            dead_letters.of_unfit_record(batch, index, batch.unfit[offset], self.row_id(batch.values[index]))
            for batch in batches
            for index, offset in enumerate(batch.offsets if batch.unfit else ())
            if offset >= offsets[batch.partition].start and offset in batch.unfit and offset not in refused
        ]

    def _refused_letters(self, batches: MicroBatches, refused: Refused, offsets: Offsets) -> list[DeadLetter]:
        return [
            dead_letters.of_record(
                batch,
                index,
                None,
                f"Postgres rejected it: {refused[offset]}",
                FaultCode.REFUSED,
                self.row_id(batch.values[index]),
            )
            for batch in batches
            for index, offset in enumerate(batch.offsets if refused else ())
            if offset >= offsets[batch.partition].start and offset in refused
        ]


def _fit(batch: MicroBatch, offsets: Offsets, refused: Refused) -> MicroBatch | None:
    """What is left of the batch to store."""
    return batch.since(offsets[batch.partition].start, {*refused, *batch.unfit} if batch.unfit else refused)


async def _lock_offsets(connection: Connection, batches: MicroBatches, model: str | None, *, alone: bool) -> Offsets:
    """Where each partition is, by its number."""
    runs = {run[0].partition: run for run in by_partition(batches)}
    rows = await deletions.lock(connection, batches[0].topic, list(runs), alone=alone)
    found = {row["partition"]: row for row in rows}
    return {partition: _offset(run, found.get(partition), model) for partition, run in runs.items()}


def _offset(run: MicroBatches, row: asyncpg.Record | None, model: str | None) -> PartitionOffset:
    first = run[0]
    if row is not None and None not in (model, row["model"]) and row["model"] != model:
        raise ModelDiffersError(CHANGED_MODEL)
    if row is None or row["topic_id"] != first.topic_id:
        raise StalePositionError(
            f"{first}: stream_offsets has no row for this topic; Postgres was emptied or restored, or the topic "
            "deleted and created again, while the worker ran: start it again"
        )
    start: int = row["next_offset"]
    if start < first.position:
        raise StalePositionError(
            f"{first}: stream_offsets says {start}, but the records before {first.position} were read already; "
            "Postgres was probably restored from a backup: start the worker again and it reads them again"
        )
    return PartitionOffset(start, run[-1].next_offset, Counter(json.loads(row["feature_rows"])))
