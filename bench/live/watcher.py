"""Sees when rows become visible in Postgres, by the offset that is committed with them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import asyncpg

from bench.errors import MeasurementError
from bench.live.latencies import Advance

LOOK_SECONDS = 0.002
"""Between two looks. A look reads four rows by their key; more of them would take the worker's processor time."""
QUERY = "SELECT partition, next_offset FROM stream_offsets WHERE topic = 'experiments'"


async def watch(
    connection: asyncpg.Connection, first_offsets: Mapping[int, int], rows: int, deadline: float
) -> list[Advance]:
    """Watch until so many rows beyond the first offsets are visible.

    Args:
        connection: to the worker's database.
        first_offsets: where each partition stands.
        rows: to be waited for.
        deadline: seconds of the monotonic clock.

    Raises:
        MeasurementError: they were not visible by the deadline.
    """
    statement = await connection.prepare(QUERY)
    reached, remaining = dict(first_offsets), rows
    advances = []
    while remaining > 0:
        found = await statement.fetch()
        seen = time.monotonic()
        for partition, offset in found:
            before = reached.get(partition, 0)
            if offset > before:
                advances.append(Advance(seen, partition, before, offset))
                reached[partition] = offset
                remaining -= offset - before
        if seen > deadline:
            raise MeasurementError(f"{remaining:,} of {rows:,} rows were not visible in time")
        await asyncio.sleep(LOOK_SECONDS)
    return advances
