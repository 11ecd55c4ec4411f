"""What Kafka's fetches hold, as bytes, and what reading them record by record gives."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import google_crc32c
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from models.publication import SourceReader
from producers.kafka.record_batch import RecordBatch as ProducersBatch
from producers.kafka.record_batch import encoded_headers
from streams.kafka.micro_batch import MicroBatch, MicroBatchBuilder
from streams.rows.row_batches import RowReader
from tests.lab_kinds import EXPERIMENTS

PARTITION = 3
ROWS = RowReader(EXPERIMENTS)
LOAD = "01900000-0000-7000-8000-000000000001"
LOG_APPEND_TIME, TRANSACTIONAL, CONTROL = 0x08, 0x10, 0x20
CODECS = (1, 2, 3, 4)
"""Kafka's numbers of gzip, snappy, lz4 and zstd."""
_ATTRIBUTES_AT, _CHECKSUM_AT, _NOT_IN_LENGTH = 21, 17, 12


def value(experiment_id: int, compounds: tuple[int, ...] = (3, 40), run_time: str = "1.5") -> bytes:
    """One in the form of our producer."""
    listed = ",".join(map(str, compounds))
    return (
        f'{{"experiment_id":{experiment_id},"user_id":{experiment_id % 1000 + 1},'
        f'"experiment_compound_ids":[{listed}],"experiment_run_time":{run_time}}}'
    ).encode()


def our_batch(
    records: list[tuple[bytes, bytes | None, int]],
    base_offset: int,
    published_ms: int = 1000,
    file: str = "experiments.csv",
    load: str = LOAD,
) -> bytes:
    """What our producer makes of keys, values and lines."""
    batch = ProducersBatch(
        published_ms, encoded_headers({"load": load.encode(), "file": file.encode()}, "line"), most_bytes=1 << 30
    )
    for key, each, line in records:
        batch.append(key, each, line)
    return at_offset(b"".join(batch.parts()), base_offset)


def experiments(first: int, count: int, base_offset: int, **options: Any) -> bytes:  # noqa: ANN401  # see our_batch
    """A batch of consecutive experiments."""
    numbers = range(first, first + count)
    return our_batch([(b"%d" % (n % 1000 + 1), value(n), n + 1) for n in numbers], base_offset, **options)


@dataclass(frozen=True)
class OtherRecord:
    """A record of another client, or one that compaction left."""

    offset_delta: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    timestamp: int = 1000


def other_batch(
    records: list[OtherRecord], base_offset: int, compression: int = 0, attributes: int = 0, producer: int = -1
) -> bytes:
    """What aiokafka makes of records; the attributes are added to its own."""
    builder = DefaultRecordBatchBuilder(2, compression, 0, producer, -1, -1, 1 << 30)
    for each in records:
        builder.append(each.offset_delta, each.timestamp, each.key, each.value, each.headers)
    batch = bytearray(builder.build())
    batch[_ATTRIBUTES_AT + 1] |= attributes
    return at_offset(sealed(bytes(batch)), base_offset)


def at_offset(batch: bytes, base_offset: int) -> bytes:
    """The batch as Kafka stores it at that offset."""
    return struct.pack(">q", base_offset) + batch[8:]


def sealed(batch: bytes) -> bytes:
    """The batch with the length and checksum that belong to it."""
    length = struct.pack(">i", len(batch) - _NOT_IN_LENGTH)
    checksum = struct.pack(">I", google_crc32c.value(batch[_ATTRIBUTES_AT:]))
    return batch[:8] + length + batch[12:_CHECKSUM_AT] + checksum + batch[_ATTRIBUTES_AT:]


def one_by_one(buffer: bytes, batches: int, since: int) -> MicroBatch:
    """The first so many batches, read record by record."""
    columns, records = MicroBatchBuilder(PARTITION, SourceReader()), MemoryRecords(buffer)
    next_offset = since
    for _ in range(batches):
        batch = records.next_batch()
        next_offset = batch.next_offset
        if not batch.is_control_batch:
            columns.extend(batch, since)
    return columns.batch("experiments", UUID(int=1), since, next_offset)


def contents(batch: MicroBatch) -> tuple[Any, ...]:
    """All that a batch says of its records."""
    return (
        batch.position,
        batch.next_offset,
        list(batch.offsets),
        list(batch.values),
        list(batch.sources),
        list(batch.lines),
        list(batch.files),
        dict(batch.keys),
    )
