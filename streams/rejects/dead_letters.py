"""Rows of the table `rejects`: rejected rows of files, and Kafka records that are not rows of their topic."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import TYPE_CHECKING
from uuid import UUID

from models.fault_codes import FaultCode
from models.publication import SURE_MILLISECONDS, Source
from streams.rejects import statements as reject_statements

if TYPE_CHECKING:
    from models.rows import Reject
    from streams.kafka.micro_batch import MicroBatch, Unfit
    from streams.postgres.connection import Connection

MAX_VALUE_LENGTH = 1000
"""Characters of a bad value that are kept."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One row of `rejects`; the id is made of what was rejected, so the same one again makes no second row."""

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
    code: str | None
    faults: str
    """A JSON array of all faults."""
    original: str | None
    """The row as it stands in its file."""
    raw: bytes | None
    """The Kafka record's value."""
    kind: str | None
    """The topic that the row was meant for."""
    row_id: str | None
    """The key of that row, as it stands on the wire."""
    published_ms: int | None
    """None if Postgres may be unable to store it."""


def of_file(row: Reject, source: Source) -> DeadLetter:
    """A row of a file that the producer rejected."""
    return DeadLetter(
        reject_id=_digest(row.file, row.line, row.field, row.value, row.reason),
        file=row.file,
        line=row.line,
        field=row.field,
        value=row.value,
        reason=row.reason,
        load_id=source.load_id,
        topic=None,
        partition=None,
        offset=None,
        code=row.code,
        faults=json.dumps([fault.model_dump() for fault in row.faults], ensure_ascii=False),
        original=row.original,
        raw=None,
        kind=row.kind,
        row_id=None if row.row_id is None else str(row.row_id),
        published_ms=source.published_ms,
    )


def of_record(  # what is known of it
    batch: MicroBatch,
    index: int,
    field: str | None,
    reason: str,
    code: FaultCode = FaultCode.NO_RECORD,
    row_id: str | None = None,
) -> DeadLetter:
    """A Kafka record that cannot be stored, wherever it came from; `row_id` is the key that its value names."""
    offset, file, value, source = batch.offsets[index], batch.files[index], batch.values[index], batch.sources[index]
    return DeadLetter(
        reject_id=_digest(batch.topic_id, batch.partition, offset),
        file=file,
        line=batch.lines[index] if file is not None else None,
        field=field,
        value=_text(value),
        reason=reason,
        load_id=source.load_id if file is not None else None,
        topic=batch.topic,
        partition=batch.partition,
        offset=offset,
        code=code,
        faults=json.dumps([{"code": code, "field": field, "value": None, "reason": reason}], ensure_ascii=False),
        original=None,
        raw=value,
        kind=batch.topic,
        row_id=row_id,
        published_ms=source.published_ms if abs(source.published_ms) < SURE_MILLISECONDS else None,
    )


def of_unfit_record(batch: MicroBatch, index: int, unfit: Unfit, row_id: str | None = None) -> DeadLetter:
    """A Kafka record that is not stored whatever its value."""
    letter = of_record(batch, index, unfit.field, unfit.reason, unfit.code, row_id)
    value = letter.value if unfit.field is None else unfit.value
    return replace(letter, value=value, published_ms=unfit.published_ms)


def of_lost_records(topic: str, topic_id: UUID, partition: int, offset: int, reason: str) -> DeadLetter:
    """Records that are gone from Kafka unread, by the offset of the first."""
    return _of_place(topic, topic_id, partition, offset, FaultCode.LOST, reason, reason)


def of_damage(topic: str, topic_id: UUID, partition: int, offset: int, reason: str) -> DeadLetter:
    """A batch that is not as it was written, by the offset of the first record that cannot be read."""
    return _of_place(topic, topic_id, partition, offset, FaultCode.DAMAGED, reason, FaultCode.DAMAGED.value)


def _of_place(
    topic: str, topic_id: UUID, partition: int, offset: int, code: FaultCode, reason: str, what: str
) -> DeadLetter:
    return DeadLetter(
        reject_id=_digest(topic_id, partition, offset, what),
        file=None,
        line=None,
        field=None,
        value=None,
        reason=reason,
        load_id=None,
        topic=topic,
        partition=partition,
        offset=offset,
        code=code,
        faults="[]",
        original=None,
        raw=None,
        kind=None,
        row_id=None,
        published_ms=0,
    )


async def store(connection: Connection, letters: Sequence[DeadLetter]) -> Counter[str | None]:
    """Insert those not stored yet; return how many there were of each code."""
    if not letters:
        return Counter()
    # One statement cannot touch a row twice.
    newest: dict[UUID, DeadLetter] = {}
    for letter in letters:
        kept = newest.setdefault(letter.reject_id, letter)
        if (letter.published_ms or 0) > (kept.published_ms or 0):
            newest[letter.reject_id] = letter
    sent = newest.values()
    columns = [[getattr(letter, field.name) for letter in sent] for field in fields(DeadLetter)]
    rows = await connection.fetch(reject_statements.UPSERT_REJECTS, *columns)
    return Counter({row["code"]: row["inserted"] for row in rows})


def _digest(*parts: object) -> UUID:
    return UUID(bytes=blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=16).digest())


def _text(raw: bytes | None) -> str | None:
    if raw is None:
        return None
    return raw[: 4 * MAX_VALUE_LENGTH].decode("utf-8", "backslashreplace").replace("\x00", "\\x00")[:MAX_VALUE_LENGTH]
