"""Everything that is compared, by the name under which it can be run alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.figure import Figure
from bench.ours.end_to_end import end_to_end
from bench.ours.producer import produce
from bench.ours.worker import drain, drain_again
from bench.peers import kafka_streams_runs as kafka_streams
from bench.peers import librdkafka, naive
from bench.peers.run import drain_topic, load_file, module, module_apart
from bench.testbed import Testbed

NAIVE_ROWS = 10_000
ORM_ROWS = 100_000
WIDE_PARTITIONS = 12
HASH_PARTITIONS = 8

BENCH = "bench"
"""What `make bench` measures."""
PEERS = "peers"
"""What `make bench-peers` measures besides."""
SCALE = "scale"
"""What `make bench-scale` measures: more workers and partitions than two cores have use for."""


@dataclass(frozen=True)
class Measurement:
    """One line of the table.

    Attributes:
        title: what it is called in tables.
        suite: by which target it is measured.
        measure: does it once.
    """

    title: str
    suite: str
    measure: Callable[[Testbed], Figure]


def _naive(testbed: Testbed) -> Figure:
    return naive.drain(testbed, testbed.size.capped(NAIVE_ROWS))


def _plain(testbed: Testbed) -> Figure:
    rows = testbed.size.rows
    return drain_topic(testbed, "plain aiokafka", rows, module("plain_consumer", rows))


def _quix(testbed: Testbed) -> Figure:
    rows = testbed.size.rows
    return drain_topic(testbed, "Quix Streams", rows, module_apart("quix", rows))


def _bytewax(testbed: Testbed) -> Figure:
    return drain_topic(testbed, "Bytewax", testbed.size.rows, module_apart("bytewax_flow"))


# In an order that leaves the topic as it is for as long as possible.
MEASUREMENTS: dict[str, Measurement] = {
    "producer": Measurement("our producer: CSV, validated, acks=all", BENCH, produce),
    "worker": Measurement("our worker: backlog to Postgres, exactly once", BENCH, drain),
    "two-workers": Measurement("our worker, two of them", BENCH, lambda testbed: drain(testbed, workers=2)),
    "plain": Measurement("aiokafka + orjson + dict, nothing stored", BENCH, _plain),
    "kafka-streams-eos": Measurement(
        "Kafka Streams exactly_once_v2, no sink", PEERS, lambda testbed: kafka_streams.drain(testbed, "exactly_once_v2")
    ),
    "kafka-streams-alo": Measurement(
        "Kafka Streams at_least_once, no sink", PEERS, lambda testbed: kafka_streams.drain(testbed, "at_least_once")
    ),
    "quix": Measurement("Quix Streams, no sink", PEERS, _quix),
    "bytewax": Measurement("Bytewax, no recovery store, no sink", PEERS, _bytewax),
    "again": Measurement("our worker: the same file again", BENCH, drain_again),
    "librdkafka": Measurement("confluent-kafka: raw lines, acks=all", BENCH, librdkafka.publish),
    "end-to-end": Measurement("ours, CSV file to committed features", BENCH, end_to_end),
    "polars": Measurement(
        "polars + COPY, CSV file to tables without keys",
        BENCH,
        lambda testbed: load_file(testbed, "polars_copy", testbed.size.rows),
    ),
    "polars-keyed": Measurement(
        "polars + COPY, with our keys and indexes",
        BENCH,
        lambda testbed: load_file(testbed, "polars_copy", testbed.size.rows, "keyed"),
    ),
    "pandas": Measurement(
        "pandas + SQLAlchemy ORM, CSV file to tables",
        BENCH,
        lambda testbed: load_file(testbed, "pandas_orm", testbed.size.capped(ORM_ROWS)),
    ),
    "naive": Measurement("Faust table + one upsert an event", BENCH, _naive),
    "three-workers": Measurement(
        f"our worker, three of them, {WIDE_PARTITIONS} partitions",
        SCALE,
        lambda testbed: drain(testbed, workers=3, partitions=WIDE_PARTITIONS),
    ),
    "one-worker-wide": Measurement(
        f"our worker, {WIDE_PARTITIONS} partitions", SCALE, lambda testbed: drain(testbed, partitions=WIDE_PARTITIONS)
    ),
    "hash-partitions": Measurement(
        f"our worker, experiments hash-partitioned by {HASH_PARTITIONS}",
        SCALE,
        lambda testbed: drain(testbed, hash_partitions=HASH_PARTITIONS),
    ),
}
