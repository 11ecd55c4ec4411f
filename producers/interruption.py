"""Running a load to its end, or until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

from producers.errors import InterruptedLoadError
from producers.loading import Load
from producers.report import LoadReport


def run(
    load: Load, *, wait_timeout: float | None = None, beside: Callable[[], Awaitable[None]] | None = None
) -> LoadReport:
    """Run a load on an event loop of its own.

    The first Ctrl-C has everything published that was read; a second one ends the load at once.

    Args:
        load: not yet run.
        wait_timeout: see `producers.loading.load`.
        beside: runs until the load ends, and is then cancelled.

    Raises:
        InterruptedLoadError: it was interrupted.
        ExactFeaturesError: see `Load.run`.
    """
    try:
        with asyncio.Runner() as runner:
            return runner.run(_run(load, wait_timeout, beside))
    except KeyboardInterrupt:  # before the load began, or where the system has no such handlers
        raise InterruptedLoadError("interrupted") from None


async def _run(load: Load, wait_timeout: float | None, beside: Callable[[], Awaitable[None]] | None) -> LoadReport:
    loading = asyncio.create_task(load.run(wait_timeout=wait_timeout))
    companion = asyncio.ensure_future(beside()) if beside else None
    _on_interrupt(lambda: _interrupt(load, loading))
    try:
        return await loading
    except asyncio.CancelledError:
        raise InterruptedLoadError("interrupted") from None
    finally:
        if companion:
            companion.cancel()
            await asyncio.wait([companion])


def _on_interrupt(react: Callable[[], None]) -> None:
    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, react)
    except (NotImplementedError, RuntimeError):  # Windows has none, nor has a thread: KeyboardInterrupt it is
        return


def _interrupt(load: Load, loading: asyncio.Task[LoadReport]) -> None:
    if load.is_publishing and not load.is_stopping:
        load.stop()
    else:
        loading.cancel()
