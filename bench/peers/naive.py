"""Measures the naive Faust agent over a backlog of its own, as the whole would take it too long."""

from __future__ import annotations

import json
import uuid

from bench import topics
from bench.answer import Answer, check, totals
from bench.database import Database, new_database
from bench.figure import Figure
from bench.process import Measured, python
from bench.testbed import LIMIT, Testbed

PAUSE = 0.2
"""Seconds between two looks: each reads all features."""
BEGIN_LIMIT = 60.0
"""Seconds to its first upsert."""
ROWS = "SELECT sum(experiments)::bigint FROM features"
FEATURES = "SELECT user_id, experiments, run_time, compounds FROM features"


def drain(testbed: Testbed, rows: int) -> Figure:
    """From its first upsert until the last."""
    testbed.backlog(rows)
    topics.delete_changelogs(testbed.kafka)
    with new_database(testbed.postgres) as database, testbed.scratch() as folder:
        # A group of its own each time: where another run was at its end, nothing would be left to read.
        group = f"naive-{uuid.uuid4().hex}"
        own = {**testbed.environment, "DATABASE_URL": database.url, "STORE_DIR": str(folder), "GROUP": group}
        command = python("faust", "-A", "bench.peers.naive_faust", "worker", "-l", "info", "--without-web")
        with Measured(command, own, folder / "worker.log") as worker:
            started = worker.wait_for(lambda: database.value(ROWS) > 0, BEGIN_LIMIT)
            before = database.value(ROWS)
            ended = worker.wait_for(lambda: database.value(ROWS) >= rows, LIMIT, PAUSE)
        check("naive Faust", _answer(database), testbed.expected(rows))
        return Figure(rows - before, ended - started, worker.peak_mb)


def _answer(database: Database) -> Answer:
    return {
        user: totals(experiments, run_time, {int(key): count for key, count in json.loads(compounds).items()})
        for user, experiments, run_time, compounds in database.rows(FEATURES)
    }
