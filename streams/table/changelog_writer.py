"""The changelog's record batches, made from columns of users and values, without a look at each user in Python.

The form is that of Kafka's record batches, magic 2: https://kafka.apache.org/documentation/#recordbatch
aiokafka takes such a batch in place of its own BatchBuilder.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.kafka_format.batch_header import HEADER_BYTES, NO_PRODUCER, encoded_header
from streams.columns.ragged import offsets_of
from streams.features.compound_pairs import Integers
from streams.kafka.aiokafka_adapter import BatchToSend
from streams.table.codec import Encoded

_MOST_BESIDES = 40
"""Bytes that a record has more than its value, and more than enough: lengths, offset and key."""
_SEVEN_BITS, _CONTINUED = 0x7F, 0x80
_ZERO = ord("0")
_UNSET = ("attributes", "timestamp", "number of headers")
"""What is zero, a byte each, in every record."""
_Bytes: TypeAlias = NDArray[np.uint8]


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


def changelog_batches(user_ids: Integers, values: Encoded, most_bytes: int) -> Iterator[ChangelogBatch]:
    """The users' records in order, in batches of at most so many bytes, or of one record.

    The key of a record is the user id's digits; a user of whom the table is to hold nothing has a record without value.
    """
    starts = values.first_bytes
    most = offsets_of(np.maximum(values.sizes, 0) + _MOST_BESIDES)
    room = most_bytes - HEADER_BYTES
    first = 0
    while first < len(user_ids):
        end = max(int(np.searchsorted(most, most[first] + room, side="right")) - 1, first + 1)
        block = np.frombuffer(values.block, np.uint8)[starts[first] : starts[end]]
        yield ChangelogBatch(_records(user_ids[first:end], values.sizes[first:end], block), end - first)
        first = end


class _Fields(NamedTuple):
    """Some bytes of each record, of which not all count."""

    table: _Bytes
    """Records by places."""
    counts: NDArray[np.bool_]
    """Which of these bytes a record has."""
    lengths: Integers
    """How many a record has."""


def _records(user_ids: Integers, sizes: Integers, block: _Bytes) -> bytes:
    key, offset = _digits(user_ids), _varints(np.arange(len(user_ids)))
    value_bytes = np.maximum(sizes, 0)
    key_length, value_length = _varints(key.lengths), _varints(sizes)
    lengths_between = offset.lengths + key_length.lengths + key.lengths + value_length.lengths
    length = _varints(lengths_between + value_bytes + len(_UNSET))
    unset = _zeros(len(user_ids))
    parts = (length, unset, unset, offset, key_length, key, value_length, unset)
    table = np.hstack([fields.table for fields in parts])
    counts = np.hstack([fields.counts for fields in parts])
    # The last byte of a record, which follows its value, stands before the first of the next one.
    before_value = length.lengths + lengths_between + len(_UNSET)
    before_value[0] -= 1
    spans: Integers = np.append(np.stack((before_value, value_bytes), axis=1), 1)
    in_value: NDArray[np.bool_] = np.repeat(np.append(np.tile((False, True), len(user_ids)), False), spans)
    records: _Bytes = np.empty(len(in_value), np.uint8)
    records[in_value] = block
    records[~in_value] = table[counts]
    encoded: bytes = records.tobytes()
    return encoded


def _zeros(count: int) -> _Fields:
    return _Fields(np.zeros((count, 1), np.uint8), np.ones((count, 1), np.bool_), np.ones(count, np.int64))


def _varints(numbers: Integers) -> _Fields:
    """Zigzag variable-length integers: https://protobuf.dev/programming-guides/encoding/#signed-ints."""
    rest = (numbers << 1) ^ (numbers >> 63)
    places = max(-(-int(rest.max()).bit_length() // 7), 1)
    found = _fields(len(numbers), places)
    for place in range(places):
        if place:
            found.counts[:, place] = rest > 0
            found.lengths[:] += rest > 0
        low, rest = rest & _SEVEN_BITS, rest >> 7
        found.table[:, place] = low | (rest > 0) * _CONTINUED
    return found


def _digits(numbers: Integers) -> _Fields:
    places = len(str(numbers.max()))
    found = _fields(len(numbers), places)
    rest = numbers
    for place in reversed(range(places)):
        if place < places - 1:
            found.counts[:, place] = rest > 0
            found.lengths[:] += rest > 0
        tens = rest // 10
        found.table[:, place] = rest - tens * 10 + _ZERO
        rest = tens
    return found


def _fields(count: int, places: int) -> _Fields:
    """Of one byte each, so far."""
    shape = count, places
    return _Fields(np.empty(shape, np.uint8), np.ones(shape, np.bool_), np.ones(count, np.int64))
