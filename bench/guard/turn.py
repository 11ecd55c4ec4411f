"""One run of one tree: its producer, its worker over the backlog, and then a second's rows at a time."""

from __future__ import annotations

import resource
from dataclasses import dataclass

from bench import topics
from bench.database import new_database
from bench.guard.verdict import Figures
from bench.live.stage import Stage
from bench.ours.fleet import fleet
from bench.ours.producer import produce
from bench.testbed import Testbed

LIVE_RATE = 1000.0


@dataclass(frozen=True)
class Turn:
    """How long rows are offered.

    Attributes:
        warm_up: seconds that do not count.
        live: seconds that do.
    """

    warm_up: float = 2.0
    live: float = 10.0

    def measured(self, testbed: Testbed) -> Figures:
        """The figures of the testbed's tree, by name; topics, database and store are blank at first.

        Raises:
            MeasurementError: a program failed, or its answer is wrong.
        """
        rows = testbed.size.rows
        testbed.published = None
        before = _children_seconds()
        producer = produce(testbed)
        producer_seconds = _children_seconds() - before
        topics.delete_changelogs(testbed.kafka)
        with (
            new_database(testbed.postgres) as database,
            testbed.scratch() as store,
            fleet(testbed, database, store) as ours,
        ):
            started, used, applied = ours.ready(), ours.processor_seconds(), ours.applied()
            ended = ours.wait_applied(rows)
            used = ours.processor_seconds() - used
            ours.check(testbed.expected(rows))
            stage = Stage(testbed, database, ours, rows + 1)
            stage.offer(LIVE_RATE, self.warm_up)
            live = stage.offer(LIVE_RATE, self.live).figure.percentiles_ms
            return {
                "producer rows/s": producer.rows_per_second,
                "producer processor": producer_seconds,
                "producer memory": producer.peak_mb,
                "worker rows/s": (rows - applied) / (ended - started),
                "worker processor": used,
                "worker memory": ours.peak_mb,
                "p50 latency": live["p50"],
                "p99 latency": live["p99"],
            }


def _children_seconds() -> float:
    """Processor time of this process' children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
