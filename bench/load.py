"""The load that everything is measured with."""

from __future__ import annotations

import random
from pathlib import Path

HEADER = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"
COMPOUNDS = 100


def write_experiments(path: Path, rows: int, users: int, seed: int = 1) -> None:
    """Experiments of evenly drawn users, with one to four of a hundred compounds each."""
    draw = random.Random(seed)  # noqa: S311  # a repeatable load, no secret
    with path.open("w") as file:
        file.write(HEADER)
        for number in range(1, rows + 1):
            compounds = ";".join(str(draw.randint(1, COMPOUNDS)) for _ in range(draw.randint(1, 4)))
            file.write(f"{number},{draw.randint(1, users)},{compounds},{draw.randint(0, 10**6) / 1000}\n")
