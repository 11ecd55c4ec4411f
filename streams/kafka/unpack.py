"""A partition's fetch, unpacked straight into columns.

aiokafka goes through the records with a generator and makes a ConsumerRecord of each; both cost more than all else a
record goes through at this place. This does what PartitionRecords of aiokafka 0.14 does at the isolation level
read_committed, and leaves off between two of Kafka's own batches only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiokafka.errors import CorruptRecordException
from aiokafka.record.control_record import ABORT_MARKER, ControlRecord

from streams.kafka.aiokafka_adapter import PartitionFetch, at_hand
from streams.kafka.canonical_batches import first_canonical_batches
from streams.kafka.canonical_records import CanonicalRecords, ValueReader, canonical_records
from streams.kafka.record_batch_reading import add_records

if TYPE_CHECKING:
    from models.publication import SourceReader
    from streams.kafka.micro_batch import MicroBatchBuilder

FEWEST_PLAIN = 256
"""Records: fewer are unpacked faster one by one."""
_FEWEST_BYTES = FEWEST_PLAIN * 8
"""Of a fetch: each of so many records takes more, compressed too. What is fetched in quiet times is told by that."""
_MOST_BYTES = 4 * 1024**2
"""That compressed records take at most once they are decompressed, but for those of one batch: what is fetched at once
is bounded as it is on the wire."""


def unpack(result: Any, columns: MicroBatchBuilder, most: int) -> tuple[int, int]:  # noqa: ANN401  # aiokafka's FetchResult
    """Add what was fetched to the columns, until they hold `most` records, or as many bytes as may be, or a few more.

    Returns:
        The offset that the records were read from, and the one to read on from.

    Raises:
        CorruptRecordException: the checksum of a Kafka batch is wrong.
    """
    fetch = PartitionFetch(result)
    records, position = fetch.records, fetch.position
    while len(columns) < most and columns.value_bytes < _MOST_BYTES and records.has_next():
        stored = at_hand(records)
        batch = records.next_batch()
        if fetch.checks_checksums and not batch.validate_crc():
            raise CorruptRecordException(f"Invalid CRC - {fetch.tp}")
        if _is_committed(fetch, batch):
            add_records(columns, batch, stored, fetch.position)
        # Of a compacted batch too, whose last record may be gone.
        fetch.position = batch.next_offset
    return position, fetch.read_on()


def _is_committed(fetch: PartitionFetch, batch: Any) -> bool:  # noqa: ANN401  # one of aiokafka's batches
    """Whether the records of a fetch's next batch count: they are of no transaction, or of one that was committed.

    Kafka says with each fetch which transactions in it were aborted: the producer, and where they begin. They end with
    a mark, a control batch.
    """
    if batch.producer_id is not None:  # None in the forms that are older than transactions
        fetch.begin_aborted_up_to(batch.base_offset)
    if batch.is_control_batch:
        # Compaction may have left it without its record.
        mark = next(iter(batch), None)
        if mark is not None and ControlRecord.parse(mark.key) == ABORT_MARKER:
            fetch.aborted_producers.discard(batch.producer_id)
        return False
    return not (batch.is_transactional and batch.producer_id in fetch.aborted_producers)


def unpack_canonical(
    result: Any,  # noqa: ANN401  # as above
    partition: int,
    reader: SourceReader,
    most: int,
    rows: ValueReader,
) -> tuple[CanonicalRecords, int, int] | None:
    """Take the next records by columns, `most` records or a few more, and those of one file only.

    Returns:
        The records, the offset that they were read from, and the one to read on from; None, with nothing taken, if the
        records are few or not of the form that our producer writes: `unpack` takes any.
    """
    fetch = PartitionFetch(result)
    if fetch.records.size_in_bytes() < _FEWEST_BYTES:
        return None
    position = fetch.position
    stretch = first_canonical_batches(fetch.records, most)
    if stretch is None or stretch.next_offset - max(position, stretch.first_offset) < FEWEST_PLAIN:
        return None
    # A wrong checksum is reported by `unpack`.
    if fetch.checks_checksums and not stretch.are_checksums_right():
        return None
    plain = stretch.decompressed(_MOST_BYTES)
    found = canonical_records(plain, position, partition, reader, rows) if plain else None
    if plain is None or found is None:
        return None
    for _ in plain.spans:
        fetch.records.next_batch()
    fetch.position = plain.next_offset
    return found, position, fetch.read_on()
