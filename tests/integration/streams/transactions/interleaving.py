"""Runs transactions statement by statement, in an order that the caller chooses.

A connection asks for a turn before each statement; COMMIT is a part of the last one. A turn ends when the statement is
done or waits for a lock; then another one is given. So every interleaving can be run that Postgres' locks allow.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from streams.postgres.connection import Connection

Choose = Callable[[int], int]
"""Which of so many may go on."""

STEP_LIMIT = 20.0


class SteppedConnection:
    """An asyncpg connection, as far as the transactions use one, that waits for its turns."""

    def __init__(self, connection: Connection, turn: Callable[[], Awaitable[None]], free: Container[str] = ()) -> None:
        """Take the statements that need no turn, because they touch nothing that others do."""
        self._connection = connection
        self._turn = turn
        self._free = free

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        async def in_turn(statement: str, *arguments: object, **options: object) -> object:
            if statement not in self._free:
                await self._turn()
            return await getattr(self._connection, method)(statement, *arguments, **options)

        return in_turn


class AllButCommit(Container[str]):
    """The statements that do not commit."""

    def __contains__(self, statement: object) -> bool:
        return not str(statement).endswith("COMMIT")


class HeldBeforeCommit:
    """A connection whose transaction is held before its last statement, until it is released."""

    def __init__(self, connection: Connection) -> None:
        self.connection = SteppedConnection(connection, self._turn, AllButCommit())
        self._reached, self._released = asyncio.Event(), asyncio.Event()

    async def _turn(self) -> None:
        self._reached.set()
        await self._released.wait()

    @asynccontextmanager
    async def holding(self, work: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
        """Hold the transaction that this work does on the connection, while the body runs."""
        task = asyncio.create_task(work)
        async with asyncio.timeout(STEP_LIMIT):
            await self._reached.wait()
        try:
            yield
        finally:
            self._released.set()
            await task


class OneConnection:
    """Stands for the connections of one worker."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.acquired = 0

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[Any]:
        self.acquired += 1
        yield self.connection


@dataclass
class Run:
    """One of the transactions that take turns."""

    pid: int
    work: Callable[[Callable[[], Awaitable[None]]], Awaitable[object]]
    task: asyncio.Task[object] | None = None
    is_waiting_for_turn: bool = False
    _granted: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        self.task = asyncio.ensure_future(self.work(self.turn))

    async def turn(self) -> None:
        self.is_waiting_for_turn = True
        await self._granted.wait()
        self._granted.clear()

    def grant(self) -> None:
        self.is_waiting_for_turn = False
        self._granted.set()

    @property
    def is_done(self) -> bool:
        return self.task is not None and self.task.done()


async def interleave(
    runs: Sequence[Run], monitor: asyncpg.Connection, choose: Choose, check: Callable[[], Awaitable[None]]
) -> None:
    """Run all to their end, one step of one run at a time; `check` is called whenever one has ended."""
    for run in runs:
        run.start()
    try:
        while True:
            ended = sum(run.is_done for run in runs)
            await _settle(runs, monitor)
            if sum(run.is_done for run in runs) > ended:
                await check()
            ready = [run for run in runs if run.is_waiting_for_turn]
            if not ready:
                break
            ready[choose(len(ready))].grant()
        for run in runs:
            assert run.task is not None
            await run.task
    finally:
        for run in runs:
            if run.task is not None:
                run.task.cancel()


async def _settle(runs: Sequence[Run], monitor: asyncpg.Connection) -> None:
    """Wait until every run is done, wants a turn, or is blocked by another that wants one."""
    async with asyncio.timeout(STEP_LIMIT):
        while True:
            await asyncio.sleep(0)
            moving = [run for run in runs if not run.is_done and not run.is_waiting_for_turn]
            if not moving or await _all_blocked(moving, [r.pid for r in runs if r.is_waiting_for_turn], monitor):
                return
            await asyncio.sleep(0.0002)


async def _all_blocked(moving: Sequence[Run], waiting: Sequence[int], monitor: asyncpg.Connection) -> bool:
    blockers: dict[int, list[int]] = {
        run.pid: await monitor.fetchval("SELECT pg_blocking_pids($1)", run.pid) for run in moving
    }
    # Those that block each other in a circle are moving still: Postgres will end one of them.
    return all(_leads_to(pid, blockers, waiting) for pid in blockers)


def _leads_to(pid: int, blockers: dict[int, list[int]], waiting: Sequence[int]) -> bool:
    seen: set[int] = set()
    front = [pid]
    while front:
        here = front.pop()
        if here in waiting:
            return True
        if here not in seen:
            seen.add(here)
            front += blockers.get(here, [])
    return False


def all_schedules() -> Iterator[Choose]:
    """Choices for one run after the other, until every sequence of choices was made: depth first."""
    path: list[list[int]] = []

    while True:
        depth = -1

        def choose(count: int) -> int:
            nonlocal depth
            depth += 1
            if depth == len(path):
                path.append([0, count])
            # How many can go on depends on the choices before it alone, but for the time that a deadlock takes.
            path[depth][1] = count
            return min(path[depth][0], count - 1)

        yield choose
        del path[depth + 1 :]
        while path and path[-1][0] + 1 >= path[-1][1]:
            path.pop()
        if not path:
            return
        path[-1][0] += 1
