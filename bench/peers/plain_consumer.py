"""aiokafka's getmany, orjson and a dict: what Python can do at most, with nothing kept and nothing promised."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.answer import totals, write_answer

run_times: dict[int, list[float]] = {}
compounds: dict[int, dict[int, int]] = {}


async def drain(rows: int) -> float:
    """Aggregate this many rows in memory; return the seconds."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"], max_partition_fetch_bytes=4 * 1024**2
    )
    await consumer.start()
    consumer.assign([TopicPartition("experiments", number) for number in range(4)])
    await consumer.seek_to_beginning()
    seen, started = 0, time.monotonic()
    while seen < rows:
        for records in (await consumer.getmany(timeout_ms=1000, max_records=20_000)).values():
            seen += len(records)
            for record in records:
                row = orjson.loads(record.value)
                user = row["user_id"]
                total = run_times.setdefault(user, [0, 0.0])
                total[0] += 1
                total[1] += row["experiment_run_time"]
                counts = compounds.setdefault(user, {})
                for compound in row["experiment_compound_ids"]:
                    counts[compound] = counts.get(compound, 0) + 1
    seconds = time.monotonic() - started
    await consumer.stop()
    return seconds


def main(rows: int, answer: Path) -> None:
    """Drain, write the answer, print the seconds."""
    seconds = asyncio.run(drain(rows))
    found = ((user, totals(int(n), run_time, compounds[user])) for user, (n, run_time) in run_times.items())
    write_answer(answer, found)
    print(f"seconds {seconds}")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
