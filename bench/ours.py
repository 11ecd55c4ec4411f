"""Our producer and our worker, each alone."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench import topics
from bench.database import new_database
from bench.process import Figure, Measured

LIMIT = 900.0
"""Seconds that one measurement may take."""

APPLIED = "SELECT sum(next_offset)::bigint FROM stream_offsets WHERE topic = 'experiments'"
WRONG = """
SELECT count(*) FROM user_features FULL JOIN
       (SELECT user_id, count(*) AS n, sum(experiment_run_time) AS t
          FROM experiments GROUP BY user_id) AS e USING (user_id)
 WHERE (total_experiments, total_run_time) IS DISTINCT FROM (n, t)
"""


def produce(environment: Mapping[str, str], file: Path, rows: int) -> Figure:
    """`python -m producers.csv`, topics made anew; by its own clock, from the file's first byte to the last ack."""
    topics.delete_all(environment["KAFKA_BOOTSTRAP_SERVERS"])
    with Measured(["producers.csv", str(file)], environment, file.with_suffix(".log")) as producer:
        if producer.wait(LIMIT):
            raise RuntimeError(producer.log.read_text())
        total = producer.log.read_text().splitlines()[-1]
        return Figure(rows, float(total.split()[-2]), producer.peak_mb)


def drain(environment: Mapping[str, str], rows: int) -> Figure:
    """The worker from its readiness until the last row of the backlog is committed; a blank database and store."""
    topics.delete_changelogs(environment["KAFKA_BOOTSTRAP_SERVERS"])
    with new_database(environment["DATABASE_URL"]) as database, tempfile.TemporaryDirectory() as folder:
        own = {**environment, "DATABASE_URL": database.url, "STORE_DIR": folder}
        command = ["faust", "-A", "streams.app", "worker", "-l", "info", "--without-web"]
        with Measured(command, own, Path(folder, "worker.log")) as worker:
            started = worker.wait_for(lambda: worker.says("Worker ready"), LIMIT)
            ended = worker.wait_for(lambda: database.value(APPLIED) >= rows, LIMIT)
        if database.value(WRONG):
            raise RuntimeError("the features are wrong: this speed counts for nothing")
        return Figure(rows, ended - started, worker.peak_mb)
