"""What is tried with each engine: draining a backlog, corrections, SIGKILL, and rows as they come."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import topics
from bench.answer import Answer
from bench.database import Database, new_database
from bench.engines.corrections import write_corrections
from bench.engines.engine import Engine, Place
from bench.engines.outcome import Outcome, wrong_users
from bench.engines.process import ProcessTree
from bench.engines.watching import LOOK_SECONDS, Progress, settled
from bench.expected import aggregate, newest_lines, stored_rows
from bench.process import Measured, python
from bench.testbed import LIMIT, Testbed

CORRECT_ROWS, KILL_ROWS = 200_000, 500_000
"""Where the answer counts and not the speed, no more rows than these."""
RESTART_SECONDS = 180.0
"""In which it must go on after a SIGKILL; a broker waits 45 s for a consumer that was killed."""
COLD_SHARE = 0.02
"""The share of rows that may be visible at the first look; where more are, the start of the process is timed too."""
KILL_SHARE = 0.5
"""The share of the backlog that is visible when the engine is killed."""


@dataclass(frozen=True)
class Trial:
    """An engine with one of its settings, and the seconds that each of its waits may take."""

    testbed: Testbed
    engine: Engine
    setting: str
    limit: float

    @contextmanager
    def place(self, file: Path | None = None) -> Iterator[tuple[Place, Database]]:
        """A blank database with the engine's tables, and a blank folder."""
        topics.delete_changelogs(self.testbed.kafka)
        with new_database(self.testbed.postgres) as database, self.testbed.scratch() as folder:
            if self.engine.tables is not None:
                database.execute(self.engine.tables.read_text(encoding="utf-8"))
            setting = self.engine.settings[self.setting]
            yield Place(self.testbed, database.url, folder, f"bench-{uuid.uuid4().hex}", setting, file), database

    def process(self, place: Place) -> ProcessTree:
        """The engine, started by entering it."""
        start = self.engine.start(place)
        environment = {**self.testbed.environment, "DATABASE_URL": place.database, **start.environment}
        return ProcessTree(start.command, environment, place.folder / "engine.log")

    def judged(self, database: Database, found: Answer, lines: list[str], **seen: Any) -> Outcome:  # noqa: ANN401  # fields
        """An outcome with what is wrong in it, by the newest lines of the files; `seen` are its other fields."""
        wrong_rows = None
        if self.engine.rows is not None:
            stored = tuple(int(value or 0) for value in database.rows(self.engine.rows)[0])
            wrong_rows = stored != stored_rows(lines)
        return Outcome(wrong_users=wrong_users(found, aggregate(lines)), wrong_rows=wrong_rows, **seen)


def drain(trial: Trial) -> Outcome:
    """The backlog, from its first visible rows to its last.

    Engines that commit rarely show much of it at once, with more nearly done: where the first look finds more than a
    fiftieth, the time is that of all rows from the start of the process.
    """
    rows = trial.testbed.size.rows
    trial.testbed.backlog(rows)
    lines = newest_lines(trial.testbed.file(rows))
    with trial.place() as (place, database), trial.process(place) as process:
        progress = Progress(trial.engine, database)
        ended = process.wait_for(progress.reached(rows), trial.limit, LOOK_SECONDS)
        assert progress.first is not None  # noqa: S101  # the condition held
        started, before = progress.first
        if before > rows * COLD_SHARE:
            started, before = process.started, 0
        found = settled(process, trial.engine, database, aggregate(lines), trial.limit)
        judged = trial.judged(database, found, lines, rows=rows, peak_mb=process.peak_mb)
        return replace(judged, seconds=ended - started, measured=rows - before, fell=progress.fell)


def correct(trial: Trial) -> Outcome:
    """The backlog with a second file behind it that corrects a tenth of the first, half of that under other users."""
    rows = trial.testbed.size.capped(CORRECT_ROWS)
    first = trial.testbed.file(rows)
    second, corrected = corrections(trial, first)
    trial.testbed.publish(rows)
    _load(trial.testbed, second)
    lines = newest_lines(first, second)
    with trial.place() as (place, database), trial.process(place) as process:
        progress = Progress(trial.engine, database)
        # Engines that count a correction as one more row pass this too.
        process.wait_for(progress.reached(rows), trial.limit, LOOK_SECONDS)
        found = settled(process, trial.engine, database, aggregate(lines), trial.limit)
        return trial.judged(database, found, lines, rows=rows + corrected, peak_mb=process.peak_mb)


def corrections(trial: Trial, first: Path) -> tuple[Path, int]:
    """A file of corrections of the first one's rows, and how many it holds."""
    path = trial.testbed.folder / "corrections" / "user_experiments.csv"
    path.parent.mkdir(exist_ok=True)
    return path, write_corrections(path, first, trial.testbed.size.users)


def kill(trial: Trial) -> Outcome:
    """The backlog, with a SIGKILL to all of the engine's processes when a part is visible, and a new start."""
    rows = trial.testbed.size.capped(KILL_ROWS)
    trial.testbed.backlog(rows)
    lines = newest_lines(trial.testbed.file(rows))
    with trial.place() as (place, database):
        progress = Progress(trial.engine, database)
        with trial.process(place) as first:
            first.wait_for(progress.reached(int(rows * KILL_SHARE)), trial.limit, LOOK_SECONDS)
            first.kill()
        killed_at = progress.look() / rows
        with trial.process(place) as process:
            found = settled(process, trial.engine, database, aggregate(lines), trial.limit, RESTART_SECONDS)
            peak_mb = max(first.peak_mb, process.peak_mb)
            return trial.judged(database, found, lines, rows=rows, peak_mb=peak_mb, killed_at=killed_at)


def _load(testbed: Testbed, path: Path) -> None:
    """Send a further file to the topics as they are."""
    testbed.published = None
    with Measured(python("producers.csv", str(path)), testbed.environment, testbed.folder / "producer.log") as producer:
        producer.wait(LIMIT)
