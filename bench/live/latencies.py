"""From what was seen of the offsets to the percentiles of latency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hdrh.histogram import HdrHistogram

from bench.errors import MeasurementError
from bench.live.offered import Offered
from bench.topics import PARTITIONS

PERCENTILES = {"p50": 50.0, "p90": 90.0, "p99": 99.0, "p99.9": 99.9, "max": 100.0}
MICROSECONDS = 1_000_000
LONGEST_US = 3600 * MICROSECONDS
SIGNIFICANT_DIGITS = 3


class Advance(NamedTuple):
    """A partition's `next_offset` was seen to have moved."""

    seen: float
    """Seconds of the monotonic clock: when the answer was there."""
    partition: int
    before: int
    after: int


def percentiles_ms(
    offered: Offered, start: float, first_offsets: Mapping[int, int], advances: Iterable[Advance]
) -> dict[str, float]:
    """Latency from when each row was due to when it was seen in Postgres, in milliseconds.

    One producer sends the rows in order and nobody else writes, so a partition's offsets follow from the numbers of
    the rows that go there.

    Args:
        offered: the rows.
        start: seconds of the monotonic clock, when the first row was due.
        first_offsets: each partition's offset of its first row.
        advances: what was seen.

    Raises:
        MeasurementError: a row was visible before it was due.
    """
    numbers: list[list[int]] = [[] for _ in range(PARTITIONS)]
    for number in range(offered.rows):
        numbers[offered.partition(number)].append(number)
    histogram = HdrHistogram(1, LONGEST_US, SIGNIFICANT_DIGITS)
    for seen, partition, before, after in advances:
        first = first_offsets.get(partition, 0)
        for number in numbers[partition][before - first : after - first]:
            latency = seen - start - offered.delay(number)
            if latency < 0:
                raise MeasurementError(f"row {number} was visible before it was due: somebody else writes to the topic")
            histogram.record_value(max(round(latency * MICROSECONDS), 1))
    return {name: histogram.get_value_at_percentile(at) / 1000 for name, at in PERCENTILES.items()}
