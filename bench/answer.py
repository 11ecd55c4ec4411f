"""The aggregate that everybody computes, and whether two of them are the same.

Only the standard library is used here: peers with a Python environment of their own import it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from bench.errors import WrongAnswerError

SHOWN = 3


class UserTotals(NamedTuple):
    """What a user's experiments add up to."""

    experiments: int
    run_time: int
    """In thousandths, exact."""
    compounds: int
    """Listed ids, repeats counted."""
    top_compound: int
    """The most often listed id; of several, the lowest."""
    top_count: int


Answer = dict[int, UserTotals]
"""Totals by user id."""


def totals(experiments: int, run_time: float, counts: Mapping[int, int]) -> UserTotals:
    """A user's totals from a sum of run times and how often each compound was listed (one at least)."""
    top = min(counts, key=lambda compound: (-counts[compound], compound))
    return UserTotals(experiments, round(run_time * 1000), sum(counts.values()), top, counts[top])


def write_answer(path: Path, answer: Iterable[tuple[int, UserTotals]]) -> None:
    """Write an answer as CSV without a header: the user id, then the fields of `UserTotals`."""
    with path.open("w") as file:
        for user, found in answer:
            file.write(",".join(map(str, (user, *found))) + "\n")


def read_answer(path: Path) -> Answer:
    """Read what `write_answer` or a peer in another language wrote."""
    with path.open() as file:
        rows = (list(map(int, line.split(","))) for line in file)
        return {user: UserTotals(*found) for user, *found in rows}


def check(name: str, found: Answer, expected: Answer) -> None:
    """Compare.

    Raises:
        WrongAnswerError: they differ; the message names the first users that do.
    """
    if found == expected:
        return
    differing = sorted(user for user in found.keys() | expected.keys() if found.get(user) != expected.get(user))
    shown = "; ".join(f"user {user}: {found.get(user)} for {expected.get(user)}" for user in differing[:SHOWN])
    raise WrongAnswerError(f"{name}: {len(differing):,} users of {len(expected):,} have wrong totals: {shown}")
