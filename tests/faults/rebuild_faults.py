"""Postgres is rebuilt from the log by `ingest rebuild`, while other workers begin beside its own, and it is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL
from contextlib import suppress

from tests.conditions import until
from tests.faults.fault import Fault
from tests.faults.laboratory import Laboratory
from tests.faults.patience import patient

COMMAND = (sys.executable, "-m", "cli", "rebuild", "--yes")
WORKERS_RUN = "stop all workers first"
TRY_SECONDS = 60.0


async def _rebuilt(laboratory: Laboratory, seconds: float) -> None:
    """Refused, if a topic was made anew before: then the workers go on as they were."""
    count = len(laboratory.fleet.workers)
    await laboratory.fleet.stop_all()
    log = laboratory.folder / "rebuild.log"

    async def is_taken() -> bool:
        before = await _rebuilds(laboratory)
        with log.open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *COMMAND, env=laboratory.loads.environment, stdout=DEVNULL, stderr=errors, start_new_session=True
            )

        async def is_emptied() -> bool:
            return process.returncode is not None or await _rebuilds(laboratory) > before

        await until(is_emptied, "the tables are emptied, or a rebuild is refused", patient(TRY_SECONDS))
        if process.returncode is None:
            await laboratory.fleet.resize(count)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), seconds)
        with suppress(ProcessLookupError):
            # Its own worker too.
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        # A worker that was killed is a member of the group for some seconds more.
        return WORKERS_RUN not in log.read_text()

    await until(is_taken, "a rebuild begins or is refused", patient(TRY_SECONDS))
    await laboratory.fleet.resize(count)


async def _rebuilds(laboratory: Laboratory) -> int:
    async with laboratory.database.connected() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM rebuilds"))


FAULTS = [Fault("Postgres is rebuilt; the command is killed after seconds:", _rebuilt, 1, 40)]
