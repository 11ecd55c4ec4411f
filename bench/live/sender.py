"""`python -m bench.live.sender START RATE ROWS FIRST_ID USERS [PROBE_EVERY]`: sends rows when due, answered or not.

START is a time of the system's monotonic clock. Prints how late a row was handed to the client at most, in ms.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
import uuid

from aiokafka import AIOKafkaProducer

from bench.live.offered import Offered
from bench.topics import EXPERIMENTS

TICK = 0.001
"""Seconds between looks at the clock."""


async def send(offered: Offered, start: float) -> float:
    """Send all; return the greatest lateness in seconds."""
    producer = AIOKafkaProducer(
        bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"], acks="all", enable_idempotence=True
    )
    await producer.start()
    await producer.partitions_for(EXPERIMENTS)
    # Computed before the clock runs.
    offered.partition(0)
    load = str(uuid.uuid4()).encode()
    sent, latest = 0, 0.0
    await asyncio.sleep(max(start - time.monotonic(), 0))
    while sent < offered.rows:
        due = offered.due(time.monotonic() - start)
        for number in range(sent, due):
            headers = [("load", load), ("file", b"live"), ("line", b"%d" % number)]
            await producer.send(
                EXPERIMENTS,
                offered.value(number),
                offered.key(number),
                partition=offered.partition(number),
                headers=headers,
            )
        if due > sent:
            latest = max(latest, time.monotonic() - start - offered.delay(sent))
        sent = due
        await asyncio.sleep(TICK)
    await producer.stop()
    return latest


def main(arguments: list[str]) -> None:
    """Send and print."""
    start, rate, *numbers = arguments
    offered = Offered(float(rate), *map(int, numbers))
    print(f"{asyncio.run(send(offered, float(start))) * 1000:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
