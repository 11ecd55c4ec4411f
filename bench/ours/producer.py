"""Our producer alone."""

from __future__ import annotations

from bench.figure import Figure
from bench.testbed import Testbed


def produce(testbed: Testbed) -> Figure:
    """`python -m producers.csv`, topics made anew; by its own clock, from the file's first byte to the last ack.

    That the records are right is seen by whoever drains them: the worker, and the peers that read the same topic.
    """
    rows = testbed.size.rows
    producer = testbed.publish(rows)
    total = producer.output().splitlines()[-1]
    return Figure(rows, float(total.split()[-2]), producer.peak_mb, memory=producer.memory)
