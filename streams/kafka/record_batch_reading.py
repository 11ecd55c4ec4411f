"""The records of one of Kafka's batches that is as it was written; or why they cannot be read.

What no honest client writes does not stop the others: a batch whose records do not fit its header, are cut off or take
too much memory becomes one record that says so.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from aiokafka.errors import KafkaError
from aiokafka.record.default_records import DefaultRecordBatch

from models.fault_codes import FaultCode
from models.kafka_format.batch_header import CODEC, HEADER_BYTES, NOT_IN_LENGTH, BatchHeader
from streams.kafka.decompression import UnreadableBatchError, decompressed
from streams.kafka.micro_batch import Unfit

if TYPE_CHECKING:
    from streams.kafka.micro_batch import MicroBatchBuilder

MOST_RECORDS = 1_000_000
"""Of one batch: each takes memory, however short it is."""

_ANY_OFFSET = -(2**63)


def add_records(
    columns: MicroBatchBuilder,
    batch: Any,  # noqa: ANN401  # aiokafka's
    stored: tuple[bytes, int] | None,
    since: int,
) -> None:
    """Add the records of a batch, but for those below an offset; one in their place if they cannot be read.

    Args:
        columns: what to add to.
        batch: as aiokafka reads it.
        stored: the bytes that it is in and where it begins; None where aiokafka does not say.
        since: the offset.
    """
    if stored is None:
        columns.extend(batch, since)
        return
    buffer, start = stored
    header, count = BatchHeader.read(buffer, start), len(columns)
    try:
        if header.record_count > MOST_RECORDS:
            raise UnreadableBatchError(f"it claims to hold {header.record_count:,} records; {MOST_RECORDS:,} are read")  # noqa: TRY301  # as what the codecs raise
        # Where all of them are wanted, none may be left out for an offset that lies.
        first = since if since > header.base_offset else _ANY_OFFSET
        columns.extend(_plain(batch, header, buffer, start), first)
        _check_offsets(columns.offsets[count:], header)
    except (UnreadableBatchError, KafkaError, ValueError, IndexError, OverflowError) as error:
        columns.shorten(count)
        columns.append_unfit(max(since, header.base_offset), _unfit(header, error))


def _plain(batch: Any, header: BatchHeader, buffer: bytes, start: int) -> Any:  # noqa: ANN401  # as above
    """The batch, unpacked within limits."""
    if not header.attributes & CODEC:
        return batch
    packed = buffer[start + HEADER_BYTES : start + NOT_IN_LENGTH + header.length]
    records = decompressed(header.attributes & CODEC, packed)
    length = HEADER_BYTES - NOT_IN_LENGTH + len(records)
    plain = header._replace(attributes=header.attributes & ~CODEC, length=length)
    return DefaultRecordBatch(plain.encoded() + records)


def _check_offsets(offsets: list[int], header: BatchHeader) -> None:
    if not offsets:
        return
    last = header.base_offset + header.last_offset_delta
    if (
        any(after <= before for before, after in pairwise(offsets))
        or not header.base_offset <= offsets[0] <= offsets[-1] <= last
    ):
        raise UnreadableBatchError(f"its records' offsets do not ascend from {header.base_offset} to {last}")


def _unfit(header: BatchHeader, error: Exception) -> Unfit:
    first, last = header.base_offset, header.base_offset + header.last_offset_delta
    why = str(error).removeprefix("CorruptRecordException: ")
    reason = f"the batch of records {first} to {last} cannot be read: {why}; publish its records again"
    return Unfit(FaultCode.UNREADABLE, reason, header.greatest_timestamp)
