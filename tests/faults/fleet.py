"""Workers under a supervisor, which starts each again that ends: what `restart: unless-stopped` does in compose."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.conditions import until
from tests.faults import breakpoints, planted_bugs
from tests.processes import Worker

POLL_SECONDS = 0.1
RESTART_SECONDS = 0.3
LAST_WORDS = ("The worker ends", "cannot start")
GROUP = ["-A", "streams.app", "worker", "-l", "info", "--without-web"]


@dataclass(frozen=True, slots=True)
class Exit:
    """A worker that ended by itself."""

    code: int
    reason: str
    """The line in which it said why; empty if it did not."""


class Fleet:
    """The workers of one consumer group."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self._folder = folder
        self._started = 0
        self._supervisor: asyncio.Task[None] | None = None
        self.program: Sequence[str] = ("-m", "faust")
        """What Python runs for a worker, before its options."""
        self.workers: list[Worker] = []
        self.exits: list[Exit] = []
        self.slowest_stop = 0.0
        """Seconds from SIGTERM to the end."""

    def supervise(self) -> None:
        self._supervisor = asyncio.create_task(self._supervise())

    async def close(self) -> None:
        if self._supervisor is not None:
            self._supervisor.cancel()
        await self.stop_all()

    def start(self, point: str | None = None) -> Worker:
        """Start one more; `point` arms a breakpoint, as the variable of tests.faults.breakpoints has it."""
        self._started += 1
        environment = self.environment if point is None else {**self.environment, breakpoints.VARIABLE: point}
        is_plain = point is None and planted_bugs.VARIABLE not in environment
        program = self.program if is_plain else ("-m", breakpoints.__name__)
        worker = Worker(environment, self._folder / f"worker-{self._started}.log", [*program, *GROUP])
        self.workers.append(worker)
        return worker

    async def resize(self, count: int) -> None:
        """Start or stop workers until there are so many."""
        while len(self.workers) < count:
            self.start()
        while len(self.workers) > count:
            await self.stop(self.workers[0])

    async def stop(self, worker: Worker) -> None:
        """Stop one in good order."""
        self.workers.remove(worker)
        started = time.monotonic()
        try:
            code = await asyncio.to_thread(worker.stop)
        except subprocess.TimeoutExpired:
            self.exits.append(Exit(-signal.SIGKILL, "did not stop when asked to"))
            return
        self.slowest_stop = max(self.slowest_stop, time.monotonic() - started)
        # One that has hardly begun ends by the signal itself; one may come to its breakpoint just now.
        if code not in {0, -signal.SIGTERM, -signal.SIGKILL}:
            self.exits.append(Exit(code, _reason(worker)))

    async def stop_all(self) -> None:
        await asyncio.gather(*(self.stop(worker) for worker in list(self.workers)))

    async def frozen(self, worker: Worker, limit: float) -> bool:
        """Whether a worker froze by its own hand within the limit, in seconds."""

        async def has_frozen() -> bool:
            return is_frozen(worker) or not worker.is_running

        try:
            await until(has_frozen, "a worker froze", limit)
        except AssertionError:
            return False
        return worker.is_running

    async def _supervise(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            for worker in [worker for worker in self.workers if not worker.is_running]:
                self.workers.remove(worker)
                assert worker.exit_code is not None
                if worker.exit_code != -signal.SIGKILL:
                    self.exits.append(Exit(worker.exit_code, _reason(worker)))
                await asyncio.sleep(RESTART_SECONDS)
                self.start()


def is_frozen(worker: Worker) -> bool:
    """Whether the process is stopped by SIGSTOP."""
    try:
        status: str = psutil.Process(worker.pid).status()
    except psutil.NoSuchProcess:
        return False
    return status == psutil.STATUS_STOPPED


def _reason(worker: Worker) -> str:
    said = [line[line.index(words) :] for line in worker.log().splitlines() for words in LAST_WORDS if words in line]
    return said[-1].partition('","')[0] if said else ""
