"""The same trials for engines that load a file and end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import topics
from bench.database import Database
from bench.engines.engine import Place
from bench.engines.outcome import Outcome
from bench.engines.trials import CORRECT_ROWS, KILL_ROWS, Trial, corrections
from bench.expected import newest_lines

KILL_SHARE = 0.5
"""When it is killed, as a share of the time that it takes."""


def load(trial: Trial) -> Outcome:
    """The file, from the start of the process to its end."""
    rows = trial.testbed.size.rows
    file = trial.testbed.file(rows)
    with _place(trial, file) as (place, database):
        seconds, peak_mb = _run(trial, place)
        return _judged(trial, database, [file], rows=rows, seconds=seconds, measured=rows, peak_mb=peak_mb)


def correct(trial: Trial) -> Outcome:
    """The file, then one that corrects a tenth of it, some of that twice."""
    rows = trial.testbed.size.capped(CORRECT_ROWS)
    first = trial.testbed.file(rows)
    second, corrected = corrections(trial, first)
    with _place(trial, first) as (place, database):
        _run(trial, place)
        _, peak_mb = _run(trial, replace(place, file=second))
        return _judged(trial, database, [first, second], rows=rows + corrected, peak_mb=peak_mb)


def kill(trial: Trial) -> Outcome:
    """The file, with a SIGKILL in the middle of the time that it took before, and a new start."""
    rows = trial.testbed.size.capped(KILL_ROWS)
    file = trial.testbed.file(rows)
    with _place(trial, file) as (place, _):
        seconds, _ = _run(trial, place)
    with _place(trial, file) as (place, database):
        with trial.process(place) as process:
            middle = time.monotonic() + seconds * KILL_SHARE
            process.wait_for(lambda: time.monotonic() >= middle, trial.limit)
            process.kill()
        _, peak_mb = _run(trial, place)
        return _judged(trial, database, [file], rows=rows, peak_mb=peak_mb, killed_at=KILL_SHARE)


@contextmanager
def _place(trial: Trial, file: Path) -> Iterator[tuple[Place, Database]]:
    """The trial's place, with no topics: one of the engines goes by way of Kafka."""
    trial.testbed.published = None
    topics.delete_all(trial.testbed.kafka)
    with trial.place(file) as found:
        yield found


def _run(trial: Trial, place: Place) -> tuple[float, float]:
    with trial.process(place) as process:
        ended = process.wait(trial.limit)
        return ended - process.started, process.peak_mb


def _judged(trial: Trial, database: Database, files: list[Path], **seen: Any) -> Outcome:  # noqa: ANN401  # fields
    found = database.answer(trial.engine.answer)
    return trial.judged(database, found, newest_lines(*files), **seen)
