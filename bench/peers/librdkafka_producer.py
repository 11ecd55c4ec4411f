"""The lines of a CSV file to Kafka as kcat does it, by librdkafka: each line is a value, its user the key.

Nothing is validated and nothing converted. Delivery is as safe as ours: idempotent, acknowledged by all replicas.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from confluent_kafka import Producer

TOPIC = "experiments"
SETTINGS = {
    "acks": "all",
    "enable.idempotence": True,
    "linger.ms": 20,
    "batch.size": 1024**2,
    "queue.buffering.max.messages": 1_000_000,
    # What the project's own producer does too, so that both put a user on the same partition.
    "partitioner": "murmur2_random",
}
POLL_ROWS = 10_000


def publish(path: Path) -> None:
    """Send all rows and wait until all are acknowledged; whether they were is seen by reading them back."""
    producer = Producer({"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"], **SETTINGS})
    with path.open("rb") as file:
        next(file)
        for number, line in enumerate(file):
            row = line.rstrip()
            key = row.split(b",", 2)[1]
            while True:
                try:
                    producer.produce(TOPIC, row, key)
                    break
                except BufferError:
                    producer.poll(0.1)
            if number % POLL_ROWS == 0:
                producer.poll(0)
    producer.flush()


if __name__ == "__main__":
    start = time.monotonic()
    publish(Path(sys.argv[1]))
    print(f"seconds {time.monotonic() - start}")
