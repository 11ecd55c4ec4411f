"""`python -m bench.live.sender START RATE ROWS FIRST_ID USERS [PROBE_EVERY]`: sends rows when due, answered or not.

START is a time of the system's monotonic clock. Prints how late a row was handed to the client at most, in ms.

It must not take the processor time that is to be measured: rows are made ready before the clock runs, and go as whole
record batches, one of a partition at a time, with all that became due while the one before was under way.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
import uuid
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer

from bench.live.offered import Offered
from bench.topics import EXPERIMENTS, PARTITIONS
from models.kafka_format.single_records import VARINTS, encoded_record
from models.publication import FILE_HEADER, LINE_HEADER, LOAD_HEADER
from producers.kafka.record_batch import encoded_headers
from streams.table.changelog_writer import ChangelogBatch

TICK = 0.001
"""Seconds between looks at the clock."""
MOST_READY = 1_500_000
"""Rows that are made ready before the clock runs; they take 400 bytes each."""
MOST_RECORDS = 4_000
"""Of one batch, which a broker takes up to a megabyte."""


class Row(NamedTuple):
    """A record's parts, its headers as they stand in it."""

    key: bytes
    value: bytes
    headers: bytes


class Rows:
    """The rows that are offered, by number."""

    def __init__(self, offered: Offered) -> None:
        """Make the first ones ready."""
        self._offered = offered
        load = str(uuid.uuid4()).encode()
        self._headers = encoded_headers({LOAD_HEADER: load, FILE_HEADER: b"live"}, LINE_HEADER)
        self._ready = [self._made(number) for number in range(min(offered.rows, MOST_READY))]
        # The partitions of all users are found with the first.
        offered.partition(0)

    def batch(self, numbers: list[int]) -> ChangelogBatch:
        """These rows as a record batch."""
        records = [encoded_record(before, *self._row(number)) for before, number in enumerate(numbers)]
        return ChangelogBatch(b"".join(records), len(records))

    def _row(self, number: int) -> Row:
        return self._ready[number] if number < len(self._ready) else self._made(number)

    def _made(self, number: int) -> Row:
        line = b"%d" % number
        headers = self._headers + VARINTS[len(line)] + line
        return Row(self._offered.key(number), self._offered.value(number), headers)


async def send(offered: Offered, start: float) -> float:
    """Send all; return the greatest lateness in seconds."""
    producer = AIOKafkaProducer(
        bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"], acks="all", enable_idempotence=True
    )
    await producer.start()
    await producer.partitions_for(EXPERIMENTS)
    rows = Rows(offered)
    waiting: list[list[int]] = [[] for _ in range(PARTITIONS)]
    on_their_way: dict[int, asyncio.Future[Any]] = {}
    seen, latest = 0, 0.0
    await asyncio.sleep(max(start - time.monotonic(), 0))
    while seen < offered.rows or any(waiting):
        due = offered.due(time.monotonic() - start)
        for number in range(seen, due):
            waiting[offered.partition(number)].append(number)
        seen = due
        for partition, numbers in enumerate(waiting):
            if numbers and (partition not in on_their_way or on_their_way[partition].done()):
                batch = rows.batch(numbers[:MOST_RECORDS])
                latest = max(latest, time.monotonic() - start - offered.delay(numbers[0]))
                del numbers[:MOST_RECORDS]
                on_their_way[partition] = await producer.send_batch(batch, EXPERIMENTS, partition=partition)
        await asyncio.sleep(TICK)
    await asyncio.gather(*on_their_way.values())
    await producer.stop()
    return latest


def main(arguments: list[str]) -> None:
    """Send and print."""
    start, rate, *numbers = arguments
    offered = Offered(float(rate), *map(int, numbers))
    print(f"{asyncio.run(send(offered, float(start))) * 1000:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
