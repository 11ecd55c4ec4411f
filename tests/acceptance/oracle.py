"""What the answers must be, in plain Python from the files alone; shares no code with the project."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

Features = tuple[int, Fraction, Fraction, int, int | None, int, list[int]]


def expected_features(files: list[Path]) -> dict[int, Features]:
    """Features by user, if these files of experiments are published one after the other."""
    newest: dict[int, tuple[int, str, str]] = {}
    for file in files:
        with file.open(newline="") as lines:
            for row in csv.DictReader(lines):
                newest[int(row["experiment_id"])] = (
                    int(row["user_id"]),
                    row["experiment_compound_ids"],
                    row["experiment_run_time"],
                )
    by_user: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for user, compounds, run_time in newest.values():
        by_user[user].append((compounds, run_time))
    return {user: _features(experiments) for user, experiments in by_user.items()}


def _features(experiments: list[tuple[str, str]]) -> Features:
    total = sum((Fraction(run_time) for _, run_time in experiments), Fraction())
    listed = Counter(int(token) for compounds, _ in experiments for token in compounds.split(";") if token.strip())
    best = max(listed.values(), default=0)
    tied = sorted(compound for compound, count in listed.items() if count == best)
    mean = total / len(experiments)
    return len(experiments), total, mean, listed.total(), tied[0] if tied else None, best, tied
