"""A second file that corrects some of the first one's experiments, some of them twice."""

from __future__ import annotations

import random
from pathlib import Path

from bench.load import COMPOUNDS, HEADER

EVERY = 10
"""One of so many experiments is corrected."""
TWICE = 5
"""One of so many corrections is corrected again, by a later line."""
MOVED = 0.5
"""The share of corrections that put the experiment under another user, and so on another partition."""


def write_corrections(path: Path, first: Path, users: int, seed: int = 2) -> int:
    """Write corrections of the first file's experiments; return how many lines."""
    draw = random.Random(seed)  # noqa: S311  # a repeatable load, no secret
    lines = []
    with first.open() as file:
        next(file)
        for number, line in enumerate(file):
            if number % EVERY == 0:
                experiment, user, _ = line.split(",", 2)
                lines.append(_correction(draw, experiment, user, users))
    for line in lines[::TWICE]:
        experiment, user, _ = line.split(",", 2)
        lines.append(_correction(draw, experiment, user, users))
    with path.open("w") as file:
        file.writelines([HEADER, *lines])
    return len(lines)


def _correction(draw: random.Random, experiment: str, user: str, users: int) -> str:
    owner = str(draw.randint(1, users)) if draw.random() < MOVED else user
    compounds = ";".join(str(draw.randint(1, COMPOUNDS)) for _ in range(draw.randint(1, 4)))
    return f"{experiment},{owner},{compounds},{draw.randint(0, 10**6) / 1000}\n"
