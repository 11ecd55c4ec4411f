"""A worker that dies or freezes by its own hand at a named point of its work.

`FAULT_POINT=committed:3:KILL python -m tests.faults.breakpoints -A streams.app worker …` runs the worker as ever; when
it comes to the point for the third time, it sends itself SIGKILL (or STOP: the driver continues it later). The
project's code knows nothing of it: the points are wrapped around its functions here.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka import AIOKafkaProducer
from faust.cli.faust import cli

from streams import worker
from streams.kafka.batch_consumer import BatchConsumer
from streams.rejects import dead_letters
from streams.rows.row_topic import RowTopic
from streams.table.faust_table import StateTable
from streams.transactions import transaction
from streams.transactions.retries import RetriedTransactions
from streams.worker import Application
from tests.faults import planted_bugs
from tests.faults.sharing import is_shared

VARIABLE = "FAULT_POINT"

Function = Callable[..., Any]
AsyncFunction = Callable[..., Awaitable[Any]]

POINTS = {
    "fetched": (BatchConsumer, "_message", "after"),
    "in the transaction": (dead_letters, "store", "before"),
    "committed": (RetriedTransactions, "_persist", "after"),
    "changelog partly written": (AIOKafkaProducer, "send_batch", "after"),
    "changelog written": (StateTable, "_log", "after"),
    "store written": (StateTable, "update", "after"),
    "recovering": (StateTable, "store_changelog", "before"),
    "partitions revoked": (Application, "_on_partitions_revoked", "before"),
    "partitions assigned": (Application, "_on_partitions_assigned", "before"),
    "seeking": (worker, "read_start_offsets", "before"),
}
"""Each point: whose attribute is wrapped, its name, and whether the point is before or after the call."""

SHARED_POINTS = {
    "a shared transaction begun": (transaction, "_lock_offsets", "after"),
    "a shared transaction stored": (RowTopic, "store", "after"),
    "a shared transaction committed": (RetriedTransactions, "_persist", "after"),
}
"""Points that are only come to with a transaction of several partitions."""


class _Trap:
    def __init__(self, countdown: int, action: str) -> None:
        self._countdown = countdown
        self._signal = signal.Signals[f"SIG{action}"]

    def touch(self) -> None:
        self._countdown -= 1
        if self._countdown == 0:
            print("The breakpoint is reached", file=sys.stderr, flush=True)
            os.kill(os.getpid(), self._signal)


def _wrapped(function: Function, trap: _Trap, *, before: bool, shared: bool) -> Function:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # whatever the function takes and gives
        if shared and not is_shared(*args):
            return function(*args, **kwargs)
        if before:
            trap.touch()
        result = function(*args, **kwargs)
        if isinstance(result, Awaitable):
            return _touching(result, trap, before=before)
        if not before:
            trap.touch()
        return result

    return wrapper


async def _touching(result: Awaitable[Any], trap: _Trap, *, before: bool) -> Any:  # noqa: ANN401  # as above
    value = await result
    if not before:
        trap.touch()
    return value


def arm(point: str, countdown: int, action: str) -> None:
    """Wrap the point's function."""
    owner, name, when = {**POINTS, **SHARED_POINTS}[point]
    trap, shared = _Trap(countdown, action), point in SHARED_POINTS
    setattr(owner, name, _wrapped(getattr(owner, name), trap, before=when == "before", shared=shared))


if __name__ == "__main__":
    if VARIABLE in os.environ:
        _point, _countdown, _action = os.environ[VARIABLE].split(":")
        arm(_point, int(_countdown), _action)
    if planted_bugs.VARIABLE in os.environ:
        planted_bugs.BUGS[os.environ[planted_bugs.VARIABLE]].plant()
    cli()
