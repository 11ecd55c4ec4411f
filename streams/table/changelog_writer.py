"""The changelogs' record batches, made from columns of keys and values.

The form is that of Kafka's record batches, magic 2: https://kafka.apache.org/documentation/#recordbatch
aiokafka takes such a batch in place of its own BatchBuilder.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from models.kafka_format.batch_header import HEADER_BYTES, NO_PRODUCER, encoded_header
from models.kafka_format.record_columns import MOST_BESIDES, NO_HEADERS, encoded_records, lengths
from models.kafka_format.single_records import encoded_record
from streams.columns.binary_array import block_of
from streams.columns.ragged import offsets_of
from streams.kafka.aiokafka_adapter import BatchToSend

_FEW = 64
"""Records that take less each by itself than as arrays."""
_NO_HEADERS = b"\x00"


class ChangelogBatch(BatchToSend):
    """A full batch, for aiokafka to send."""

    def __init__(self, records: bytes, count: int) -> None:
        """Take records that are encoded already, and how many they are."""
        self._records = records
        self._count = count
        self._published_ms = time.time_ns() // 1_000_000
        self._producer = NO_PRODUCER

    def record_count(self) -> int:
        """How many records there are."""
        return self._count

    def size(self) -> int:
        """Bytes of the batch."""
        return HEADER_BYTES + len(self._records)

    def close(self) -> None:
        """Nothing can be added anyway."""

    def closed(self) -> bool:
        """Whether nothing can be added."""
        return True

    def set_producer(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        """Take whose batch it is, and the sequence number of its first record."""
        self._producer = (producer_id, producer_epoch, base_sequence)

    def encoded(self) -> bytes:
        """The batch in Kafka's binary form."""
        header = encoded_header([self._records], self._count, self._published_ms, self._producer)
        return header + self._records


def changelog_batches(keys: pa.BinaryArray, values: pa.BinaryArray, most_bytes: int) -> Iterator[ChangelogBatch]:
    """The records in order, in batches of at most so many bytes, or of one record; NULL is a record without value."""
    if len(keys) <= _FEW:
        yield from _few_batches(zip(keys.to_pylist(), values.to_pylist(), strict=True), most_bytes)
        return
    most = offsets_of(lengths(keys) + lengths(values) + MOST_BESIDES)
    room = most_bytes - HEADER_BYTES
    first = 0
    while first < len(keys):
        end = max(int(np.searchsorted(most, most[first] + room, side="right")) - 1, first + 1)
        records = encoded_records(keys[first:end], values[first:end], np.arange(end - first), NO_HEADERS)
        yield ChangelogBatch(block_of(records).to_pybytes(), end - first)
        first = end


def _few_batches(records: Iterable[tuple[bytes, bytes | None]], most_bytes: int) -> Iterator[ChangelogBatch]:
    """The same of few records, each by itself."""
    parts: list[bytes] = []
    size = HEADER_BYTES
    for key, value in records:
        record = encoded_record(len(parts), key, value, _NO_HEADERS)
        if parts and size + len(record) > most_bytes:
            yield ChangelogBatch(b"".join(parts), len(parts))
            parts, size, record = [], HEADER_BYTES, encoded_record(0, key, value, _NO_HEADERS)
        parts.append(record)
        size += len(record)
    if parts:
        yield ChangelogBatch(b"".join(parts), len(parts))
