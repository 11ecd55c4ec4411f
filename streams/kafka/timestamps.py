"""Timestamps that no client can have meant: in another unit, or far in the future.

Of the publications of a row the newest counts, so one from the future would win over every correction until that time
has come. Kafka refuses what is more than an hour ahead, but not where a topic is set otherwise, nor before 3.6.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING

from models.fault_codes import FaultCode
from models.publication import SURE_MILLISECONDS
from streams.columns.constant_column import ConstantColumn
from streams.kafka.micro_batch import Unfit

if TYPE_CHECKING:
    from streams.kafka.micro_batch import MicroBatch

AHEAD_MS = 24 * 60 * 60 * 1000
"""So far ahead of the worker's clock a record may be."""
_FINER_UNITS = {"microseconds": 1000, "nanoseconds": 1_000_000}
"""How many of them a millisecond has."""
_EARLIEST_MS = 946_684_800_000
"""2000-01-01: a time in another unit is recognised by what it would be in that one."""

RefusedBefore = AbstractSet[tuple[int, int]]
"""Offset and timestamp of records of a partition that were refused: read again, that time may have come."""


def with_plausible_times(batch: MicroBatch, now_ms: int, refused_before: RefusedBefore = frozenset()) -> MicroBatch:
    """The batch, its records with such a time marked as unfit.

    Args:
        batch: the records.
        now_ms: the worker's clock.
        refused_before: of the batch's partition.
    """
    greatest = min(now_ms + AHEAD_MS, SURE_MILLISECONDS - 1)
    times = _times(batch)
    if not refused_before and all(-SURE_MILLISECONDS < time <= greatest for time in times):
        return batch
    unfit = dict(batch.unfit)
    for offset, source in zip(batch.offsets, batch.sources, strict=True):
        time = source.published_ms
        if (offset, time) in refused_before:
            # Stored already, beside when it was refused first.
            unfit.setdefault(offset, _unfit(time, 0))
        elif not -SURE_MILLISECONDS < time <= greatest:
            unfit.setdefault(offset, _unfit(time, _meant(time, greatest) or now_ms))
    return replace(batch, unfit=unfit) if unfit else batch


def _times(batch: MicroBatch) -> AbstractSet[int]:
    if isinstance(batch.sources, ConstantColumn):
        return {batch.sources.value.published_ms}
    return set(map(itemgetter(0), batch.sources))


def _unfit(time: int, published_ms: int) -> Unfit:
    reason = f"{_fault(time)}; publish it again with the time of publication, in milliseconds"
    return Unfit(FaultCode.BAD_TIMESTAMP, reason, published_ms, "timestamp", str(time))


def _fault(time: int) -> str:
    for unit, in_millisecond in _FINER_UNITS.items():
        if _EARLIEST_MS <= time // in_millisecond < SURE_MILLISECONDS:
            return f"the record's timestamp, {time}, is {_written(time // in_millisecond)} in {unit}"
    if abs(time) >= SURE_MILLISECONDS:
        return f"the record's timestamp, {time}, cannot be what the client meant"
    return f"the record's timestamp, {time}, is {_written(time)}, more than a day ahead of the worker's clock"


def _meant(time: int, greatest: int) -> int | None:
    """The time in milliseconds that was given in a finer unit."""
    finer = (time // in_millisecond for in_millisecond in _FINER_UNITS.values())
    return next((meant for meant in finer if _EARLIEST_MS <= meant <= greatest), None)


def _written(time: int) -> str:
    return datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
