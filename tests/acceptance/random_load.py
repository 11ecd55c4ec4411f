"""Random files with what real ones have: few busy users, ties, repeats, empty lists, orphans, unknown compounds."""

from __future__ import annotations

import random
from pathlib import Path

USERS = 3000
KNOWN_USERS = 2500
COMPOUNDS = 12
KNOWN_COMPOUNDS = 10


def write_users(path: Path) -> None:
    lines = [
        f"{number},User {number},user{number}@example.com,2024-01-{number % 28 + 1:02}"
        for number in range(1, KNOWN_USERS + 1)
    ]
    path.write_text("\n".join(["user_id,name,email,signup_date", *lines]) + "\n")


def write_compounds(path: Path) -> None:
    lines = [f"{number},Compound {number},C{number}H{number}" for number in range(1, KNOWN_COMPOUNDS + 1)]
    path.write_text("\n".join(["compound_id,compound_name,compound_structure", *lines]) + "\n")


def write_experiments(path: Path, count: int, seed: int) -> None:
    """Experiments 1 to count, in random order."""
    draw = random.Random(seed)
    numbers = list(range(1, count + 1))
    draw.shuffle(numbers)
    lines = [f"{number},{_user(draw)},{_compounds(draw)},{_run_time(draw)}" for number in numbers]
    path.write_text("\n".join(["experiment_id,user_id,experiment_compound_ids,experiment_run_time", *lines]) + "\n")


def _user(draw: random.Random) -> int:
    # Some users have thousands of experiments, most have few; the last ones are in no file of users.
    return min(int(draw.paretovariate(0.5)), draw.randint(1, USERS))


def _compounds(draw: random.Random) -> str:
    listed = [str(draw.randint(1, COMPOUNDS)) for _ in range(draw.choice([0, 1, 1, 2, 2, 3, 5]))]
    if len(listed) == 2 and draw.random() < 0.2:
        listed = ["2", "2", "3"]
    return ";".join(listed) + (";" if listed and draw.random() < 0.05 else "")


def _run_time(draw: random.Random) -> str:
    return f"{draw.randint(0, 10**6) / 1000:.{draw.randint(0, 3)}f}"
