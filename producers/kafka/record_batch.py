"""Batches of records in Kafka's own binary form, made by the record and joined by the batch.

aiokafka's builder takes three headers, a name and a value each, for every record; that was a third of the producer's
time. Here what is the same for all records of a file is encoded once. The form is that of Kafka's record batches, magic
2: https://kafka.apache.org/documentation/#recordbatch

aiokafka takes such a batch in place of its own BatchBuilder. Instead of the batch in one, its parts are given to
`producers.kafka.aiokafka_adapter`.
"""

from __future__ import annotations

from models.kafka_format.batch_header import HEADER_BYTES, NO_PRODUCER, PLAIN, encoded_header
from models.kafka_format.codecs import Codec
from models.kafka_format.single_records import VARINTS, encoded_record
from producers.kafka.aiokafka_adapter import BatchInParts

_LEAST_PART_BYTES = 16 * 1024
"""Smaller parts of a batch are joined: a part is written to the socket by itself."""


def encoded_headers(headers: dict[str, bytes], last: str) -> bytes:
    """Headers in front of a last one, whose value is another for each record."""
    text = [VARINTS[len(headers) + 1]]
    for name, value in headers.items():
        text += [VARINTS[len(name.encode())], name.encode(), VARINTS[len(value)], value]
    return b"".join([*text, VARINTS[len(last.encode())], last.encode()])


class RecordBatch(BatchInParts):
    """One batch that records are added to, then sent."""

    def __init__(self, published_ms: int, headers: bytes, most_bytes: int, codec: Codec = Codec.NONE) -> None:
        """Open it.

        Args:
            published_ms: timestamp of all records.
            headers: see `encoded_headers`; the last one's value is the record's line.
            most_bytes: the batch takes no further record beyond this size, but always a first one.
            codec: how the records are compressed, unless that makes them longer.
        """
        self._codec = codec
        self._published_ms = published_ms
        self._headers = headers
        self._most_bytes = most_bytes
        self._parts: list[bytes] = []
        self._small: list[bytes] = []
        self._count = 0
        self._size = HEADER_BYTES
        self._producer = NO_PRODUCER
        self._built: tuple[bytes, ...] | None = None

    def append(self, key: bytes, value: bytes | None, line: int) -> bool:
        """Add a record; False if there is no room for it."""
        text = b"%d" % line
        headers = b"%b%b%b" % (self._headers, VARINTS[len(text)], text)
        record = encoded_record(self._count, key, value, headers)
        size = self._size + len(record)
        if size > self._most_bytes and self._count:
            return False
        self._small.append(record)
        self._size = size
        self._count += 1
        return True

    def has_room(self, size: int, count: int, most_records: int) -> bool:
        """Whether so many records of so many bytes may be added, and the batch then has no more than so many."""
        return self._size + size <= self._most_bytes and self._count + count <= most_records

    def extend(self, records: bytes, count: int) -> None:
        """Add records that are encoded already, their offset deltas beginning with `record_count`."""
        if len(records) < _LEAST_PART_BYTES:
            self._small.append(records)
        else:
            self._join_small()
            self._parts.append(records)
        self._size += len(records)
        self._count += count

    def record_count(self) -> int:
        """How many records there are."""
        return self._count

    def size(self) -> int:
        """Bytes of the batch, before it is compressed."""
        return self._size

    def close(self) -> None:
        """Nothing is to be added any more; it is the caller who sees to that."""

    def closed(self) -> bool:
        """Whether it was built."""
        return self._built is not None

    def set_producer(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        """Take whose batch it is, and the sequence number of its first record."""
        self._producer = (producer_id, producer_epoch, base_sequence)

    def parts(self) -> tuple[bytes, ...]:
        """The batch, which gets no further records: what begins it, and its records in few large parts."""
        if self._built is None:
            self._join_small()
            attributes = self._compress()
            header = encoded_header(self._parts, self._count, self._published_ms, self._producer, attributes)
            self._built = (header, *self._parts)
            self._parts.clear()
        return self._built

    def _compress(self) -> int:
        """Compress the parts, if that makes them shorter; the attributes that say so."""
        if self._codec is Codec.NONE:
            return PLAIN
        records = b"".join(self._parts)
        compressed = self._codec.compressed(records)
        if len(compressed) >= len(records):
            return PLAIN
        self._parts = [compressed]
        return self._codec.number

    def _join_small(self) -> None:
        if self._small:
            self._parts.append(b"".join(self._small))
            self._small.clear()
