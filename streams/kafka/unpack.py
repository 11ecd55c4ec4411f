"""A partition's fetch, unpacked straight into columns.

aiokafka goes through the records with a generator and makes a ConsumerRecord of each; both cost more than all else a
record goes through at this place. This does what PartitionRecords of aiokafka 0.14 does at the isolation level
read_committed, and leaves off between two of Kafka's own batches only. It leans on the same private names as
`streams.kafka.fetcher`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiokafka.errors import CorruptRecordException
from aiokafka.record.control_record import ABORT_MARKER, ControlRecord

from streams.kafka.batch_reading import add_records
from streams.kafka.canonical_batches import at_hand, first_canonical_batches
from streams.kafka.canonical_records import CanonicalRecords, ValueReader, canonical_records

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
    unpacking = result._partition_records
    records = unpacking._records
    position: int = unpacking.next_fetch_offset
    while len(columns) < most and columns.value_bytes < _MOST_BYTES and records.has_next():
        stored = at_hand(records)
        batch = records.next_batch()
        if unpacking._check_crcs and not batch.validate_crc():
            raise CorruptRecordException(f"Invalid CRC - {unpacking._tp}")
        if _is_committed(unpacking, batch):
            add_records(columns, batch, stored, unpacking.next_fetch_offset)
        # Of a compacted batch too, whose last record may be gone.
        unpacking.next_fetch_offset = batch.next_offset
    return position, _read_on(result)


def _is_committed(unpacking: Any, batch: Any) -> bool:  # noqa: ANN401  # aiokafka's PartitionRecords and one of its batches
    """Whether the records of a fetch's next batch count: they are of no transaction, or of one that was committed.

    Kafka says with each fetch which transactions in it were aborted: the producer, and where they begin. They end with
    a mark, a control batch.
    """
    if batch.producer_id is not None:  # None in the forms that are older than transactions
        unpacking._consume_aborted_up_to(batch.base_offset)
    if batch.is_control_batch:
        # Compaction may have left it without its record.
        mark = next(iter(batch), None)
        if mark is not None and ControlRecord.parse(mark.key) == ABORT_MARKER:
            unpacking._aborted_producers.discard(batch.producer_id)
        return False
    return not (batch.is_transactional and batch.producer_id in unpacking._aborted_producers)


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
    unpacking = result._partition_records
    if unpacking._records.size_in_bytes() < _FEWEST_BYTES:
        return None
    position: int = unpacking.next_fetch_offset
    stretch = first_canonical_batches(unpacking._records, most)
    if stretch is None or stretch.next_offset - max(position, stretch.first_offset) < FEWEST_PLAIN:
        return None
    # A wrong checksum is reported by `unpack`.
    if unpacking._check_crcs and not stretch.are_checksums_right():
        return None
    plain = stretch.decompressed(_MOST_BYTES)
    found = canonical_records(plain, position, partition, reader, rows) if plain else None
    if plain is None or found is None:
        return None
    for _ in plain.spans:
        unpacking._records.next_batch()
    unpacking.next_fetch_offset = plain.next_offset
    return found, position, _read_on(result)


def _read_on(result: Any) -> int:  # noqa: ANN401  # as above
    """Have aiokafka read on after what was unpacked; the offset that it reads on from."""
    result._update_position()
    unpacking = result._partition_records
    next_position: int = unpacking.next_fetch_offset
    if not unpacking._records.has_next():
        result._partition_records = None
        # A generator that nobody uses here, and that would keep the whole fetch in memory: the two name each other.
        unpacking._records_iterator = None
    return next_position
