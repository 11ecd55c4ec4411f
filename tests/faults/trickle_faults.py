"""Faults while a few rows at a time come to many partitions, which share transactions then.

Nothing else is published meanwhile: at a backlog each partition has transactions of its own.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from tests.faults import network_faults, server_faults, state_faults, worker_faults
from tests.faults.breakpoints import SHARED_POINTS
from tests.faults.fault import Fault, Run
from tests.faults.laboratory import Laboratory
from tests.faults.patience import patient

TRICKLES = "rows trickle:"
MOMENTS = {
    "a worker is frozen, seconds:",
    "a worker is a zombie, seconds:",
    "1, 3, 1 workers, each for seconds:",
    "Postgres is killed, seconds:",
    "Kafka is killed, seconds:",
    "connections to Postgres are terminated, times:",
    "connections to Postgres are dropped, times:",
    "the workers do not hear Postgres, seconds:",
    "locks time out, milliseconds:",
    "a topic gets one more partition",
}
"""Faults that a trickle makes another matter of."""
LONGEST_LEAD = 3.0
"""Seconds of the trickle before the fault, at most."""


@asynccontextmanager
async def _trickle(laboratory: Laboratory) -> AsyncIterator[None]:
    laboratory.trickle.start()
    try:
        yield
    finally:
        await laboratory.trickle.stop()


def _meanwhile(run: Run) -> Run:
    async def trickling(laboratory: Laboratory, amount: float) -> None:
        async with _trickle(laboratory):
            await asyncio.sleep(laboratory.draw.uniform(0, LONGEST_LEAD))
            await run(laboratory, amount)
            await asyncio.sleep(laboratory.draw.uniform(0, LONGEST_LEAD))

    return trickling


async def _killed_again_and_again(laboratory: Laboratory, times: float) -> None:
    for _ in range(int(times)):
        worker = await worker_faults.any_worker(laboratory)
        # One that ends by itself is as good.
        with suppress(AssertionError):
            await worker.ready(patient(worker_faults.READY_SECONDS))
        await asyncio.sleep(laboratory.draw.uniform(0, 1))
        worker.send(signal.SIGKILL)


def _at(point: str, action: str) -> Run:
    """A worker that has all partitions dies or freezes, and others go on."""
    at_point = worker_faults.at_point(point, action)

    async def run(laboratory: Laboratory, countdown: float) -> None:
        await laboratory.fleet.resize(1)
        await at_point(laboratory, countdown)
        await laboratory.fleet.resize(laboratory.world.workers)

    return run


FAULTS = [
    *(
        replace(fault, name=f"{TRICKLES} {fault.name}", run=_meanwhile(fault.run), quiet=True)
        for fault in [*worker_faults.MOMENTS, *server_faults.FAULTS, *network_faults.FAULTS, *state_faults.FAULTS]
        if fault.name in MOMENTS
    ),
    Fault(f"{TRICKLES} workers are killed, times:", _meanwhile(_killed_again_and_again), 2, 6, counts=True, quiet=True),
    *(
        Fault(
            f"{TRICKLES} a worker {deed} at '{point}', time:",
            _meanwhile(_at(point, action)),
            1,
            9,
            counts=True,
            quiet=True,
        )
        for point in SHARED_POINTS
        for action, deed in worker_faults.DEEDS
    ),
]
