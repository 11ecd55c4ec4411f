"""Faults of workers and of the producer: killed, stopped, frozen, at any moment and at named points."""

from __future__ import annotations

import asyncio
import shutil
import signal

from tests.conditions import until
from tests.faults.breakpoints import POINTS
from tests.faults.fault import Fault, Run
from tests.faults.laboratory import Laboratory
from tests.faults.patience import patient
from tests.processes import Worker

ZOMBIE_SECONDS = 9.0
"""Longer than the session time-out of the consumer group, 6 s."""
READY_SECONDS = 60.0
HIT_SECONDS = 20.0
"""So long may a worker take to come to its breakpoint; with too little work it does not, and goes on."""
TIMES = {
    "recovering": (1, 3),
    # The first time is before a worker has any.
    "partitions revoked": (2, 2),
    "partitions assigned": (1, 2),
    "seeking": (1, 2),
}
"""The first and last time to be drawn of points that a worker does not come to with every batch."""
ROWS_OF_PRODUCER = 30_000
DEEDS = (("KILL", "is killed"), ("STOP", "becomes a zombie"))
NEEDS_RECOVERY = "recovering"
NEEDS_REBALANCE = "partitions revoked"


async def any_worker(laboratory: Laboratory) -> Worker:
    async def is_one() -> bool:
        return bool(laboratory.fleet.workers)

    # The only one may have ended a moment ago, and the supervisor not have started another yet.
    await until(is_one, "there is a worker")
    return laboratory.draw.choice(laboratory.fleet.workers)


async def _killed(laboratory: Laboratory, _: float) -> None:
    (await any_worker(laboratory)).send(signal.SIGKILL)


async def _terminated(laboratory: Laboratory, _: float) -> None:
    await laboratory.fleet.stop(await any_worker(laboratory))
    laboratory.fleet.start()


async def _frozen(laboratory: Laboratory, seconds: float) -> None:
    worker = await any_worker(laboratory)
    worker.send(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    worker.send(signal.SIGCONT)


async def _replaced_while_frozen(laboratory: Laboratory, seconds: float) -> None:
    worker = await any_worker(laboratory)
    worker.send(signal.SIGSTOP)
    laboratory.fleet.start()
    await asyncio.sleep(seconds)
    worker.send(signal.SIGCONT)
    await asyncio.sleep(1)
    await laboratory.fleet.stop(worker)


def at_point(point: str, action: str) -> Run:
    """A worker gets the signal at a named point, from itself."""

    async def run(laboratory: Laboratory, countdown: float) -> None:
        fleet = laboratory.fleet
        if point == NEEDS_RECOVERY:
            size = len(fleet.workers)
            await fleet.stop_all()
            shutil.rmtree(laboratory.store, ignore_errors=True)
            await fleet.resize(size - 1)
        else:
            await fleet.stop(await any_worker(laboratory))
        armed = fleet.start(f"{point}:{int(countdown)}:{action}")
        if point == NEEDS_REBALANCE:
            await _rebalanced(laboratory, armed)
        if action == "STOP":
            if await fleet.frozen(armed, patient(HIT_SECONDS)):
                await asyncio.sleep(ZOMBIE_SECONDS)
                armed.send(signal.SIGCONT)
            else:
                await _replaced(laboratory, armed)
        else:
            await _ended(laboratory, armed)

    return run


async def _rebalanced(laboratory: Laboratory, armed: Worker) -> None:
    """Make the group share out its partitions anew."""
    await armed.ready(patient(READY_SECONDS))
    laboratory.fleet.start()
    await asyncio.sleep(3)
    await laboratory.fleet.resize(len(laboratory.fleet.workers) - 1)


async def _ended(laboratory: Laboratory, worker: Worker) -> None:
    async def has_ended() -> bool:
        return not worker.is_running

    try:
        await until(has_ended, "the worker came to its breakpoint", patient(HIT_SECONDS))
    except AssertionError:
        await _replaced(laboratory, worker)


async def _replaced(laboratory: Laboratory, armed: Worker) -> None:
    """Put another in the place of one that did not come to its breakpoint: it would later."""
    if armed in laboratory.fleet.workers:
        armed.send(signal.SIGCONT)
        await laboratory.fleet.stop(armed)
        laboratory.fleet.start()


async def _one_three_one(laboratory: Laboratory, seconds: float) -> None:
    for count in (1, 3, 1):
        await laboratory.fleet.resize(count)
        await asyncio.sleep(seconds)
    await laboratory.fleet.resize(laboratory.world.workers)


async def _rolling_restart(laboratory: Laboratory, seconds: float) -> None:
    for worker in list(laboratory.fleet.workers):
        laboratory.fleet.start()
        await asyncio.sleep(seconds)
        if worker in laboratory.fleet.workers:
            await laboratory.fleet.stop(worker)


async def _producer_killed(laboratory: Laboratory, seconds: float) -> None:
    file = laboratory.history.main_file(ROWS_OF_PRODUCER)
    await laboratory.loads.kill_one(file, seconds)
    await laboratory.loads.run_until_done(file)


MOMENTS = [
    Fault("a worker is killed", _killed),
    Fault("a worker is terminated", _terminated),
    Fault("a worker is frozen, seconds:", _frozen, 1, 4),
    Fault("a worker is a zombie, seconds:", _frozen, ZOMBIE_SECONDS, 13),
    Fault("a worker is replaced while it is frozen, seconds:", _replaced_while_frozen, ZOMBIE_SECONDS, 13),
    Fault("1, 3, 1 workers, each for seconds:", _one_three_one, 1, 6),
    Fault("a rolling restart, every seconds:", _rolling_restart, 1, 4),
    Fault("the producer is killed and started again, after seconds:", _producer_killed, 0.4, 1.2),
]

AT_POINTS = [
    Fault(f"a worker {deed} at '{point}', time:", at_point(point, action), *TIMES.get(point, (1, 9)), counts=True)
    for point in POINTS
    for action, deed in DEEDS
]
