"""Our worker, draining a backlog."""

from __future__ import annotations

from bench import topics
from bench.database import new_database
from bench.figure import Figure
from bench.ours.fleet import fleet
from bench.ours.hash_partitions import divided
from bench.testbed import Testbed


def drain(testbed: Testbed, workers: int = 1, partitions: int = topics.PARTITIONS, hash_partitions: int = 0) -> Figure:
    """From the readiness of all workers until the last row of the backlog is committed; all blank at first.

    What a first worker applied while the others still started counts neither as rows nor as time.

    Args:
        testbed: where.
        workers: how many share the work.
        partitions: of the topic.
        hash_partitions: of the Postgres table `experiments`; 0 leaves it whole.
    """
    rows = testbed.size.rows
    testbed.backlog(rows, partitions)
    topics.delete_changelogs(testbed.kafka)
    with new_database(testbed.postgres) as database, testbed.scratch() as store:
        setting = divided(testbed, store, hash_partitions) if hash_partitions else testbed
        with fleet(setting, database, store, workers, partitions) as ours:
            started, before = ours.ready(), ours.applied()
            ended = ours.wait_applied(rows)
            ours.check(testbed.expected(rows))
            return Figure(rows - before, ended - started, ours.peak_mb, memory=ours.memory)


def drain_again(testbed: Testbed) -> Figure:
    """The same file a second time, drained by a worker whose database and store hold the first."""
    rows = testbed.size.rows
    testbed.backlog(rows)
    topics.delete_changelogs(testbed.kafka)
    with new_database(testbed.postgres) as database, testbed.scratch() as store:
        with fleet(testbed, database, store) as first:
            first.ready()
            first.wait_applied(rows)
        testbed.load(rows)
        with fleet(testbed, database, store) as again:
            started, before = again.ready(), again.applied()
            ended = again.wait_applied(2 * rows)
            again.check(testbed.expected(rows))
            return Figure(2 * rows - before, ended - started, again.peak_mb, memory=again.memory)
