"""A partition's fetch, unpacked straight into columns.

aiokafka goes through the records with a generator and makes a ConsumerRecord of each; both cost more than all else a
record goes through at this place. This does what PartitionRecords of aiokafka 0.14 does at the isolation level
read_uncommitted, and leaves off between two of Kafka's own batches only. It leans on the same private names as
`streams.fetching`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiokafka.errors import CorruptRecordException

if TYPE_CHECKING:
    from streams.record_batch import RecordColumns


def unpack(result: Any, columns: RecordColumns, most: int) -> tuple[int, int]:  # noqa: ANN401  # aiokafka's FetchResult
    """Add what was fetched to the columns, until they hold `most` records or a few more.

    Returns:
        The offset that the records were read from, and the one to read on from.

    Raises:
        CorruptRecordException: the checksum of a Kafka batch is wrong.
    """
    unpacking = result._partition_records
    records = unpacking._records
    position: int = unpacking.next_fetch_offset
    while len(columns) < most and records.has_next():
        batch = records.next_batch()
        if unpacking._check_crcs and not batch.validate_crc():
            raise CorruptRecordException(f"Invalid CRC - {unpacking._tp}")
        # A control batch marks the end of a transaction.
        if not batch.is_control_batch:
            columns.extend(batch, unpacking.next_fetch_offset)
        # Of a compacted batch too, whose last record may be gone.
        unpacking.next_fetch_offset = batch.next_offset
    result._update_position()
    next_position: int = unpacking.next_fetch_offset
    if not records.has_next():
        result._partition_records = None
        # A generator that nobody uses here, and that would keep the whole fetch in memory: the two name each other.
        unpacking._records_iterator = None
    return position, next_position
