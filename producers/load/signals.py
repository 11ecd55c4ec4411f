"""Running a load to its end, or until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from producers.errors import InterruptedLoadError
from producers.load import memory
from producers.load.loading import Load
from producers.load.report import LoadReport

_SILENCE_SECONDS = 2.0
"""A load that was asked to stop is cut off after this long without an acknowledgement."""


def run(
    load: Load, *, wait_timeout: float | None = None, beside: Callable[[], Awaitable[None]] | None = None
) -> LoadReport:
    """Run a load on an event loop of its own.

    The first Ctrl-C has everything published that was read, as long as Kafka takes it; a second one ends the load at
    once.

    Args:
        load: not yet run.
        wait_timeout: see `producers.load.loading.load`.
        beside: runs until the load ends, and is then cancelled.

    Raises:
        InterruptedLoadError: it was interrupted.
        ExactFeaturesError: see `Load.run`.
    """
    memory.settle()
    try:
        with asyncio.Runner() as runner:
            return runner.run(_run(load, wait_timeout, beside))
    except KeyboardInterrupt:  # before the load began, or while it waits for what it reads
        raise InterruptedLoadError("interrupted") from None


async def _run(load: Load, wait_timeout: float | None, beside: Callable[[], Awaitable[None]] | None) -> LoadReport:
    loading = asyncio.create_task(load.run(wait_timeout=wait_timeout))
    stopping = asyncio.Event()

    def interrupt() -> None:
        if load.is_publishing and not load.is_stopping:
            load.stop()
            stopping.set()
        else:
            loading.cancel()

    companions = [asyncio.create_task(_cut_off_if_silent(load, loading, stopping))]
    if beside:
        companions.append(asyncio.ensure_future(beside()))
    try:
        with _interrupts(interrupt):
            return await loading
    except asyncio.CancelledError:
        raise InterruptedLoadError("interrupted") from None
    finally:
        for companion in companions:
            companion.cancel()
        await asyncio.wait(companions)


async def _cut_off_if_silent(load: Load, loading: asyncio.Task[LoadReport], stopping: asyncio.Event) -> None:
    """Once the load is to stop, cancel it when Kafka acknowledges nothing any more."""
    await stopping.wait()
    acknowledged = -1
    while acknowledged != load.report.acknowledged:
        acknowledged = load.report.acknowledged
        await asyncio.sleep(_SILENCE_SECONDS)
    loading.cancel()


@contextmanager
def _interrupts(react: Callable[[], None]) -> Iterator[None]:
    """Have the event loop react to each Ctrl-C; to a second one before it could, with KeyboardInterrupt.

    So that it can be left when it waits for what it reads, such as standard input that nobody writes to.
    """
    loop = asyncio.get_running_loop()
    waiting = 0

    def heard() -> None:
        nonlocal waiting
        waiting -= 1
        react()

    def handle(_number: int, _frame: FrameType | None) -> None:
        nonlocal waiting
        if waiting:
            raise KeyboardInterrupt
        waiting += 1
        loop.call_soon_threadsafe(heard)

    try:
        before = signal.signal(signal.SIGINT, handle)
    except ValueError:  # only the main thread may; in another one, Ctrl-C is not for us
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
