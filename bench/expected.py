"""The right answer, computed from the files by the plainest code there is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bench.answer import Answer, totals


class StoredRows(NamedTuple):
    """What the stored rows must add up to."""

    rows: int
    users: int
    """The sum of the user ids."""
    run_time: int
    """In thousandths, exact."""


def expected_answer(path: Path) -> Answer:
    """Aggregate a file of experiments whose ids are all different."""
    with path.open() as file:
        next(file)
        return aggregate(file)


def newest_lines(*paths: Path) -> list[str]:
    """One line for each experiment: the last one, the files read in order."""
    newest: dict[str, str] = {}
    for path in paths:
        with path.open() as file:
            next(file)
            newest.update((line.partition(",")[0], line) for line in file)
    return list(newest.values())


def stored_rows(lines: Iterable[str]) -> StoredRows:
    """What the table of rows must add up to."""
    rows = users = run_time = 0
    for line in lines:
        _, user, _, seconds = line.split(",")
        rows, users, run_time = rows + 1, users + int(user), run_time + round(float(seconds) * 1000)
    return StoredRows(rows, users, run_time)


def aggregate(lines: Iterable[str]) -> Answer:
    """Each user's totals, from the lines of a file without its header."""
    counts: dict[int, dict[int, int]] = {}
    sums: dict[int, list[int]] = {}
    for line in lines:
        _, user_text, compounds, run_time = line.split(",")
        user = int(user_text)
        total = sums.setdefault(user, [0, 0])
        total[0] += 1
        total[1] += round(float(run_time) * 1000)
        listed = counts.setdefault(user, {})
        for compound in map(int, compounds.split(";")):
            listed[compound] = listed.get(compound, 0) + 1
    return {
        user: totals(experiments, 0, counts[user])._replace(run_time=run_time)
        for user, (experiments, run_time) in sums.items()
    }
