"""The changelogs' record batches, made from columns of keys and values.

aiokafka takes such a batch in place of its own BatchBuilder; the private methods are those that its sender calls
(aiokafka 0.14).
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from models.kafka_format.batch_header import HEADER_BYTES, NO_PRODUCER, encoded_header
from models.kafka_format.record_columns import MOST_BESIDES, NO_HEADERS, encoded_records, lengths
from streams.columns.binary_array import block_of
from streams.columns.ragged import offsets_of


class ChangelogBatch:
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

    def _set_producer_state(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        self._producer = (producer_id, producer_epoch, base_sequence)

    def _build(self) -> bytes:
        header = encoded_header([self._records], self._count, self._published_ms, self._producer)
        return header + self._records


def changelog_batches(keys: pa.BinaryArray, values: pa.BinaryArray, most_bytes: int) -> Iterator[ChangelogBatch]:
    """The records in order, in batches of at most so many bytes, or of one record; NULL is a record without value."""
    most = offsets_of(lengths(keys) + lengths(values) + MOST_BESIDES)
    room = most_bytes - HEADER_BYTES
    first = 0
    while first < len(keys):
        end = max(int(np.searchsorted(most, most[first] + room, side="right")) - 1, first + 1)
        records = encoded_records(keys[first:end], values[first:end], np.arange(end - first), NO_HEADERS)
        yield ChangelogBatch(block_of(records).to_pybytes(), end - first)
        first = end
