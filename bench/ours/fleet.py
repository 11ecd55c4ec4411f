"""Our workers, started for one measurement."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.answer import Answer, check
from bench.database import Database
from bench.figure import Samples
from bench.process import Measured
from bench.testbed import LIMIT, Testbed
from bench.topics import PARTITIONS

APPLIED = "SELECT sum(next_offset)::bigint FROM stream_offsets WHERE topic = 'experiments'"
FEATURES = """
SELECT user_id, total_experiments, total_run_time * 1000, total_compounds, top_compound_id, top_compound_count
  FROM user_features
"""


class Fleet:
    """Workers of one group, and the database that they write."""

    def __init__(self, workers: list[Measured], database: Database) -> None:
        self._workers = workers
        self._database = database

    @property
    def peak_mb(self) -> float:
        """Most memory of all workers together, at most: the sum of each one's most."""
        return sum(worker.peak_mb for worker in self._workers)

    @property
    def memory(self) -> Samples:
        """The first worker's memory over time."""
        return self._workers[0].memory

    def ready(self) -> float:
        """Wait until all are; return the time."""
        return self._wait_for(lambda: all(worker.says("Worker ready") for worker in self._workers))

    def applied(self) -> int:
        """Records of `experiments` that are committed in Postgres."""
        return self._database.value(APPLIED)

    def wait_applied(self, rows: int, meanwhile: Callable[[], None] | None = None) -> float:
        """Wait until so many are, calling `meanwhile` again and again; return the time."""
        return self._wait_for(lambda: self.applied() >= rows, meanwhile)

    def check(self, expected: Answer) -> None:
        """Compare the features.

        Raises:
            WrongAnswerError: they are not what is expected.
        """
        check("our worker", self._database.answer(FEATURES), expected)

    def processor_seconds(self) -> float:
        """Processor time that all workers have used so far."""
        return sum(worker.processor_seconds() for worker in self._workers)

    def sample(self) -> None:
        """Look at their memory."""
        for worker in self._workers:
            worker.sample()

    def _wait_for(self, condition: Callable[[], bool], meanwhile: Callable[[], None] | None = None) -> float:
        first, *others = self._workers
        watched = [*(worker.sample for worker in others), *([meanwhile] if meanwhile else [])]

        def holds() -> bool:
            for look in watched:
                look()
            return condition()

        return first.wait_for(holds, LIMIT)


@contextmanager
def fleet(
    testbed: Testbed,
    database: Database,
    store: Path,
    workers: int = 1,
    partitions: int = PARTITIONS,
    *,
    web_port: int | None = None,
) -> Iterator[Fleet]:
    """Workers that run for one block, ready or not; web pages are served on that port, if there is one."""
    environment = {
        **testbed.environment,
        "DATABASE_URL": database.url,
        "STORE_DIR": str(store),
        "TOPIC_PARTITIONS": str(partitions),
    }
    command = ["faust", "-A", "streams.app", "worker", "-l", "info"]
    if web_port is None:
        command.append("--without-web")
    else:
        environment["WEB_PORT"] = str(web_port)
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                testbed.tree.measured(command, environment, store / f"{time.monotonic_ns()}-{number}.log")
            )
            for number in range(workers)
        ]
        yield Fleet(started, database)
