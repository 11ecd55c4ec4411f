"""Measures the Java program."""

from __future__ import annotations

from bench.figure import Figure
from bench.peers.kafka_streams.build import java_program
from bench.peers.run import drain_topic
from bench.testbed import Testbed

THREADS = 1


def drain(testbed: Testbed, guarantee: str) -> Figure:
    """From the state RUNNING until the last row of the backlog is aggregated; what is not committed yet counts too."""
    rows = testbed.size.rows
    program = java_program()
    return drain_topic(
        testbed,
        f"Kafka Streams {guarantee}",
        rows,
        lambda answer: [*program, guarantee, str(rows), str(THREADS), str(answer)],
    )
