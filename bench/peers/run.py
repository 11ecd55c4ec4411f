"""Runs a peer's program once and checks what it computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import topics
from bench.answer import check, read_answer
from bench.database import new_database
from bench.environments import environment_python
from bench.errors import MeasurementError, UnavailableError, WrongAnswerError
from bench.figure import Figure
from bench.process import Measured, python
from bench.testbed import LIMIT, Testbed

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
MISSING = re.compile(r"^ModuleNotFoundError: (No module named .*)$", re.MULTILINE)
FEATURES = """
SELECT user_id, total_experiments, total_run_time * 1000, total_compounds, top_compound_id, top_compound_count
  FROM user_features
"""

Command = Callable[[Path], Sequence[str]]
"""A program with its arguments, from the file for its answer."""


def drain_topic(testbed: Testbed, name: str, rows: int, command: Command) -> Figure:
    """A program that reads the backlog and writes its answer, by its own clock: from its readiness to its last row.

    Raises:
        UnavailableError: it lacks something that is not installed.
        WrongAnswerError: it computed something else.
    """
    testbed.backlog(rows)
    topics.delete_changelogs(testbed.kafka)
    with testbed.scratch() as folder:
        answer = folder / "answer.csv"
        own = {**testbed.environment, "STATE_DIR": str(folder)}
        with Measured(command(answer), own, folder / "peer.log") as peer:
            wait_for_end(peer)
        check(name, read_answer(answer), testbed.expected(rows))
        return Figure(rows, seconds_said(peer), peer.peak_mb)


def load_file(testbed: Testbed, name: str, rows: int, *arguments: str) -> Figure:
    """A module that loads the file into tables `experiments` and `user_features`, from its start to its end.

    Args:
        testbed: where.
        name: the module's.
        rows: of the file.
        arguments: what the module takes after the file.

    Raises:
        UnavailableError: it lacks something that is not installed.
        WrongAnswerError: the tables do not hold what they should.
    """
    command = python(f"bench.peers.{name}", str(testbed.file(rows)), *arguments)
    with new_database(testbed.postgres) as database:
        environment = {**testbed.environment, "DATABASE_URL": database.url}
        with Measured(command, environment, testbed.folder / f"{name}.log") as peer:
            ended = wait_for_end(peer)
        check(name, database.answer(FEATURES), testbed.expected(rows))
        if database.value("SELECT count(*) FROM experiments") != rows:
            raise WrongAnswerError(f"{name}: rows are missing")
        return Figure(rows, ended - peer.started, peer.peak_mb)


def module(name: str, *arguments: object) -> Command:
    """A Python module of this package, its arguments followed by the file for its answer."""
    return lambda answer: python(f"bench.peers.{name}", *map(str, arguments), str(answer))


def module_apart(name: str, *arguments: object) -> Command:
    """The same, in the Python environment that is kept for peers whose requirements clash with ours."""

    def command(answer: Path) -> Sequence[str]:
        apart = environment_python("peers", REQUIREMENTS)
        return [str(apart), "-m", f"bench.peers.{name}", *map(str, arguments), str(answer)]

    return command


def wait_for_end(peer: Measured) -> float:
    """Wait until a program ends by itself; return the time.

    Raises:
        UnavailableError: it ended because a package is not installed.
        MeasurementError: it failed otherwise.
    """
    try:
        return peer.wait(LIMIT)
    except MeasurementError:
        if missing := MISSING.search(peer.output()):
            raise UnavailableError(missing[1]) from None
        raise


def seconds_said(peer: Measured) -> float:
    """The seconds that a peer printed last."""
    return float(peer.output().split()[-1])
