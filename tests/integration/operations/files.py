"""Files to load, and what is in Postgres then."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.conditions import until
from tests.processes import Stack

USERS = 7


def experiments(folder: Path, name: str, ids: Iterable[int], run_time: float = 1.5) -> Path:
    """A file of experiments of a few users."""
    path = folder / name
    rows = (f"{number},{number % USERS + 1},1;2,{run_time}\n" for number in ids)
    path.write_text("experiment_id,user_id,experiment_compound_ids,experiment_run_time\n" + "".join(rows))
    return path


async def stored(stack: Stack) -> dict[int, float]:
    """The run time of each experiment."""
    rows = await stack.fetch("SELECT experiment_id, experiment_run_time FROM experiments")
    return {row["experiment_id"]: float(row["experiment_run_time"]) for row in rows}


async def until_stored(stack: Stack, wanted: dict[int, float]) -> None:
    """Wait until exactly these are stored."""

    async def are_stored() -> bool:
        return await stored(stack) == wanted

    await until(are_stored, f"exactly {len(wanted)} experiments are stored")


async def load(stack: Stack, *paths: Path) -> None:
    """Load files with the worker at work, and wait until Postgres holds them."""
    done = await stack.load(*paths)
    assert done.returncode == 0, done.stderr
