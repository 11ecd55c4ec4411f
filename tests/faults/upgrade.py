"""A history that begins with an older release, which is upgraded as docs/runbook.md has it.

The release is a checkout with a virtual environment `.venv` of its own. It has to know the lab's tables, and no model.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.publishing import Loads

if TYPE_CHECKING:
    from tests.faults.laboratory import Laboratory

ROWS = 2000


def _program(release: Path, module: str) -> list[str]:
    """What Python is given to become a module of the release, with the options that follow."""
    python = str(release / ".venv/bin/python")
    become = f"import os, sys; os.chdir({str(release)!r}); os.execv({python!r}, [{python!r}, '-m', *sys.argv[1:]])"
    return ["-c", become, module]


async def make_tables(laboratory: Laboratory, release: Path) -> None:
    """The tables as the release makes them."""
    command = [sys.executable, *_program(release, "streams.schema")]
    process = await asyncio.create_subprocess_exec(*command, env=laboratory.loads.environment)
    assert await process.wait() == 0


async def play(laboratory: Laboratory, release: Path) -> None:
    """Files are loaded and applied by the release; then its workers give way to ours while more is loaded.

    They are stopped before, or left running: then they end at their next batch.
    """
    fleet, loads, history = laboratory.fleet, laboratory.loads, laboratory.history
    ours, loads.program = (fleet.program, loads.program), _program(release, "producers.csv")
    fleet.program = _program(release, "faust")
    await fleet.resize(laboratory.world.workers)
    for worker in fleet.workers:
        await worker.ready()
    for number in range(3):
        await loads.run_until_done(history.main_file(ROWS), *history.other_files(ROWS))
        await loads.run_until_done(history.deletions_file(ROWS // (number + 10)))
    await laboratory.caught_up()
    loading = asyncio.create_task(_load_more(loads, laboratory))
    await asyncio.sleep(laboratory.draw.uniform(0, 2))
    fleet.program, loads.program = ours
    if laboratory.draw.random() < 0.5:
        await fleet.stop_all()
    fleet.supervise()
    await fleet.resize(2 * laboratory.world.workers)
    await loading
    await laboratory.caught_up()
    await fleet.resize(laboratory.world.workers)


async def _load_more(loads: Loads, laboratory: Laboratory) -> None:
    history = laboratory.history
    await loads.run_until_done(history.main_file(4 * ROWS), *history.other_files(ROWS))
    await loads.run_until_done(history.deletions_file(ROWS // 10))
