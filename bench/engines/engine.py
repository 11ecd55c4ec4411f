"""What an engine is: how it is started, and where its answer is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.testbed import Testbed

FEATURES = """
SELECT user_id, total_experiments, round((total_run_time * 1000)::numeric), total_compounds, top_compound_id,
       top_compound_count
  FROM user_features
"""
ROWS = "SELECT count(*), sum(user_id), sum(round((experiment_run_time * 1000)::numeric)) FROM experiments"
PROGRESS = "SELECT sum(total_experiments)::bigint FROM user_features"
SEEN = "SELECT user_id FROM user_features WHERE user_id = ANY($1::bigint[])"
COMMENT = re.compile(r"\s*(#|--|//)")

LOGGING = Path(__file__).parent / "log4j2.xml"
"""For the engines in Java: warnings and errors, on standard output."""

DEFAULT, BULK, LIVE = "default", "bulk", "live"
DRAIN, CORRECT, KILL, OFFER = TRIALS = ("drain", "correct", "kill", "live")


@dataclass(frozen=True)
class Place:
    """Where one trial of an engine runs.

    Attributes:
        testbed: the servers and the load.
        database: the address of a database of the trial's own, with the engine's tables in it.
        folder: for whatever the engine keeps; empty at first, kept when the engine is started again.
        group: a consumer group of the trial's own.
        setting: the engine's settings by name.
        file: what a batch engine loads.
    """

    testbed: Testbed
    database: str
    folder: Path
    group: str
    setting: Mapping[str, str]
    file: Path | None = None


@dataclass(frozen=True)
class Start:
    """A program with its arguments, and the variables that it takes besides the servers' names."""

    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Engine:
    """One of the engines that are compared.

    Attributes:
        title: what it is called in tables.
        start: makes the command for a place. It is asked again after a SIGKILL, with the same folder.
        programs: what a user writes, for the count of lines.
        settings: by name: the default one, the best one in bulk, the best one live.
        words: the same, said in words.
        tables: the file of statements that make its tables; None where it makes them itself.
        answer: the query that returns a user and the fields of `UserTotals`.
        rows: the query that returns count, sum of users and of thousandths of the stored rows; None: it has none.
        progress: the query that returns how many rows are visible.
        seen: the query that returns which of many ids are visible; ids of users, or of experiments.
        seen_by_row: whether the ids are those of experiments.
        untried: trials that are made only when asked for: a variant of another engine is killed no differently.
        batch: whether it loads a file and ends, without Kafka.
        versions: of what it is made of, by name.
        written_lines: lines that a user writes where they are not those of `programs`.
    """

    title: str
    start: Callable[[Place], Start]
    programs: Sequence[Path]
    settings: Mapping[str, Mapping[str, str]]
    words: Mapping[str, str]
    tables: Path | None = None
    answer: str = FEATURES
    rows: str | None = ROWS
    progress: str = PROGRESS
    seen: str = SEEN
    seen_by_row: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)
    written_lines: int | None = None
    untried: Collection[str] = ()
    batch: bool = False

    @property
    def lines(self) -> int:
        """Lines that a user writes, without blank ones and comments."""
        if self.written_lines is not None:
            return self.written_lines
        return sum(code_lines(path.read_text(encoding="utf-8")) for path in self.programs)


def pinned(requirements: Path, *names: str) -> dict[str, str]:
    """Versions of some of the packages that a file of requirements pins."""
    lines = (line.partition("==") for line in requirements.read_text(encoding="utf-8").splitlines())
    return {name: version for name, _, version in lines if name in names}


def versions_of(*coordinates: str) -> dict[str, str]:
    """Versions of jars, from `group:artifact:version`."""
    return {artifact: version for _, artifact, version in (coordinate.split(":") for coordinate in coordinates)}


def code_lines(text: str) -> int:
    """Lines that are neither blank nor a comment alone."""
    return sum(1 for line in text.splitlines() if line.strip() and not COMMENT.match(line))
