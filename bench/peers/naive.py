"""Measures the naive Faust agent over a while, as it would take too long to drain everything."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench import topics
from bench.database import new_database
from bench.process import Figure, Measured

SECONDS = 15.0
LIMIT = 120.0
ROWS = "SELECT sum(experiments)::bigint FROM features"


def drain_for_a_while(environment: Mapping[str, str]) -> Figure:
    """Rows that it upserts in some seconds after its first."""
    topics.delete_changelogs(environment["KAFKA_BOOTSTRAP_SERVERS"])
    with new_database(environment["DATABASE_URL"]) as database, tempfile.TemporaryDirectory() as folder:
        own = {**environment, "DATABASE_URL": database.url, "STORE_DIR": folder}
        command = ["faust", "-A", "bench.peers.naive_faust", "worker", "-l", "info", "--without-web"]
        with Measured(command, own, Path(folder, "worker.log")) as worker:
            started = worker.wait_for(lambda: database.value(ROWS) > 0, LIMIT)
            before = database.value(ROWS)
            ended = worker.wait_for(lambda: time.monotonic() > started + SECONDS, LIMIT)
            return Figure(database.value(ROWS) - before, ended - started, worker.peak_mb)
