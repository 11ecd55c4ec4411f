"""From a CSV file to committed features, with a worker that waits for work."""

from __future__ import annotations

from bench import topics
from bench.database import new_database
from bench.figure import Figure
from bench.ours.fleet import fleet
from bench.process import Measured, python
from bench.testbed import LIMIT, Testbed


def end_to_end(testbed: Testbed) -> Figure:
    """From the start of `python -m producers.csv --wait` until Postgres holds all features; memory of both together."""
    rows = testbed.size.rows
    file = testbed.file(rows)
    testbed.published = None
    topics.delete_all(testbed.kafka)
    command = python("producers.csv", str(file), "--wait")
    with new_database(testbed.postgres) as database, testbed.scratch() as store:
        environment = {**testbed.environment, "DATABASE_URL": database.url}
        with fleet(testbed, database, store) as ours:
            ours.ready()
            with Measured(command, environment, store / "producer.log") as producer:
                ended = ours.wait_applied(rows, producer.sample)
                producer.wait(LIMIT)
            ours.check(testbed.expected(rows))
            return Figure(rows, ended - producer.started, ours.peak_mb + producer.peak_mb)
