"""Rows of the table `rejects`: rejected rows of files, and Kafka records that are no rows of their topic."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING
from uuid import UUID

from models.decoding import RejectRow
from streams import statements

if TYPE_CHECKING:
    from streams.connection import Connection
    from streams.record_batch import RecordBatch

MAX_VALUE_LENGTH = 1000
"""Characters of a bad value that are kept."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One row of `rejects`; the id is made of what was rejected, so the same one again is no second row."""

    reject_id: UUID
    file: str | None
    line: int | None
    field: str | None
    value: str | None
    reason: str
    load_id: UUID | None
    topic: str | None
    partition: int | None
    offset: int | None


def of_file(row: RejectRow, load_id: UUID) -> DeadLetter:
    """A row of a file that the producer rejected."""
    reject_id = _digest(row.file, row.line, row.field, row.value, row.reason)
    return DeadLetter(reject_id, row.file, row.line, row.field, row.value, row.reason, load_id, None, None, None)


def of_record(batch: RecordBatch, index: int, field: str | None, reason: str) -> DeadLetter:
    """A Kafka record that cannot be stored, wherever it came from."""
    offset, file = batch.offsets[index], batch.files[index]
    return DeadLetter(
        _digest(batch.topic_id, batch.partition, offset),
        file,
        batch.lines[index] if file is not None else None,
        field,
        _text(batch.values[index]),
        reason,
        batch.sources[index].load_id if file is not None else None,
        batch.topic,
        batch.partition,
        offset,
    )


def of_lost_records(topic: str, topic_id: UUID, partition: int, offset: int, reason: str) -> DeadLetter:
    """Records that are gone from Kafka unread, by the offset of the first."""
    reject_id = _digest(topic_id, partition, offset, reason)
    return DeadLetter(reject_id, None, None, None, None, reason, None, topic, partition, offset)


async def store(connection: Connection, letters: list[DeadLetter]) -> int:
    """Insert those not stored yet; return how many there were."""
    if not letters:
        return 0
    columns = [[getattr(letter, name) for letter in letters] for name in DeadLetter.__slots__]
    inserted: int = await connection.fetchval(statements.INSERT_REJECTS, *columns)
    return inserted


def _digest(*parts: object) -> UUID:
    return UUID(bytes=blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=16).digest())


def _text(raw: bytes | None) -> str | None:
    if raw is None:
        return None
    return raw[: 4 * MAX_VALUE_LENGTH].decode("utf-8", "backslashreplace").replace("\x00", "\\x00")[:MAX_VALUE_LENGTH]
