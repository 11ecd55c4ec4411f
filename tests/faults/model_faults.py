"""Another model is put in force by `ingest model apply`, while workers run and files are loaded.

The command is killed, and run again. Workers of the model before end by themselves; the supervisor starts those of the
new one in their place.
"""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress

from tests.conditions import until
from tests.faults.comparison import Comparison
from tests.faults.declaration import Declaration
from tests.faults.fault import Fault, Run
from tests.faults.laboratory import Laboratory
from tests.faults.model_changes import CHANGES, LASTING, Change
from tests.faults.patience import patient
from tests.faults.worker_faults import any_worker
from tests.processes import Worker

GROUPS_AT_ONCE = 20
"""So that a history has enough groups for several transactions, with workers and a kill between them."""
INGEST = f"""
from cli.main import main
from streams.maintenance import fill
fill.GROUPS_AT_ONCE = {GROUPS_AT_ONCE}
main()
"""
IN_FORCE = re.compile(b"is in force( since|:)")
APPLY_SECONDS = 60.0
LOOK_PAUSE = 0.1


def _changed(*changes: Change, back: bool = False) -> Run:
    async def run(laboratory: Laboratory, seconds: float) -> None:
        before = laboratory.declaration
        after = laboratory.draw.choice(changes)(laboratory.draw, before)
        await _put_in_force(laboratory, after, seconds)
        if back:
            await _put_in_force(laboratory, before, seconds)
        await _fill(laboratory)

    return run


async def _changed_while_frozen(laboratory: Laboratory, seconds: float) -> None:
    """A worker of the model before goes on, perhaps in mid-transaction, when one of the new model runs beside it."""
    frozen = await any_worker(laboratory)
    frozen.send(signal.SIGSTOP)
    going_on = asyncio.create_task(_continued(frozen, seconds))
    change = laboratory.draw.choice(list(CHANGES.values()))
    await _put_in_force(laboratory, change(laboratory.draw, laboratory.declaration), seconds)
    laboratory.fleet.start()
    await going_on
    await _fill(laboratory)
    await laboratory.fleet.resize(laboratory.world.workers)


async def _continued(worker: Worker, seconds: float) -> None:
    await asyncio.sleep(seconds)
    worker.send(signal.SIGCONT)


async def _fill(laboratory: Laboratory) -> None:
    async def is_done() -> bool:
        return await _run(laboratory, laboratory.declaration, patient(APPLY_SECONDS)) == 0

    await until(is_done, "all columns are filled", patient(APPLY_SECONDS))
    # A Postgres that forgets its last moments would forget the model; a person would see that, and apply it again.
    await laboratory.database.execute("CHECKPOINT")


async def _put_in_force(laboratory: Laboratory, declaration: Declaration, seconds: float) -> None:
    """Run the command until the model is in force, and kill it so many seconds after that, if it runs so long."""

    async def is_in_force() -> bool:
        await _run(laboratory, declaration, seconds)
        return laboratory.declaration is declaration

    # The first worker of a history may not have put its own model in force yet.
    await until(is_in_force, "another model is in force", patient(APPLY_SECONDS))


async def _run(laboratory: Laboratory, declaration: Declaration, seconds: float) -> int:
    """Run the command; its exit code."""
    model = laboratory.written(declaration)
    environment = {**laboratory.loads.environment, "MODEL": model}
    command = [sys.executable, "-c", INGEST, "model", "apply", "--yes"]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=DEVNULL, stderr=PIPE)
    assert process.stderr is not None
    with (laboratory.folder / "apply.log").open("ab") as log:
        async for line in process.stderr:
            log.write(line)
            if IN_FORCE.search(line):
                laboratory.change_model(declaration, model)
                await _watched(laboratory, process, seconds)
        log.write(b"exit code %d\n" % await process.wait())
    assert process.returncode is not None
    return process.returncode


async def _watched(laboratory: Laboratory, process: Process, seconds: float) -> None:
    looking = asyncio.create_task(_look(laboratory, process))
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), seconds)
    if process.returncode is None:
        process.kill()
    await looking


async def _look(laboratory: Laboratory, process: Process) -> None:
    """See that every value is NULL and not filled yet, or exact, as long as the command runs."""
    while process.returncode is None:
        comparison = Comparison()
        async with laboratory.database.connected() as connection:
            await comparison.run_meanwhile(connection, laboratory.declaration)
        assert not comparison.wrong, f"while columns are filled: {comparison.wrong}"
        await asyncio.sleep(LOOK_PAUSE)


_KILLED = "; the command is killed after seconds:"

FAULTS = [
    *(Fault(f"{what}{_KILLED}", _changed(change), 0, 1) for what, change in {**CHANGES, **LASTING}.items()),
    Fault(f"the model is changed, and changed back{_KILLED}", _changed(*CHANGES.values(), back=True), 0, 1),
    Fault("the model is changed while a worker is frozen, seconds:", _changed_while_frozen, 1, 15),
]
