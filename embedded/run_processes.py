"""The processes of one run, found by a mark in their environment.

A mark is inherited by everything a process starts, also when the process in between has ended, so nothing
of a run is lost sight of. Process groups would not do: Postgres gives each of its processes a session of its
own, and the command shares the group of the shell that started it.
"""

import signal
import time
from collections.abc import Collection, Iterable

import psutil

MARK = "EMBEDDED_RUN"

# Postgres' "immediate shutdown" ends its processes within 5 s by its own limit and gives its shared memory back.
POSTGRES_LIMIT_SECONDS = 6.0

POLL_SECONDS = 0.02


def marked(token: str, exclude: Collection[int] = ()) -> list[psutil.Process]:
    """The running processes whose environment holds the run's token, without those of the excluded ids."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid not in exclude and process.environ().get(MARK) == token:
                found.append(process)
        except (psutil.Error, OSError):
            # Ended meanwhile, or another user's, which the run did not start.
            continue
    return found


def end(processes: Iterable[psutil.Process], grace_seconds: float) -> None:
    """Ask processes to end by SIGTERM and kill those that are left after the grace time."""
    asked = [process for process in processes if _send(process, signal.SIGTERM)]
    for process in _wait_gone(asked, grace_seconds):
        _send(process, signal.SIGKILL)


def kill_run(token: str, limit_seconds: float) -> None:
    """End all of a run at once, its servers too, and go on until a look finds none of it, within a limit."""
    deadline = time.monotonic() + limit_seconds
    while (processes := marked(token)) and time.monotonic() < deadline:
        postmasters = [process for process in processes if _is_postgres(process)]
        for process in processes:
            _send(process, signal.SIGQUIT if process in postmasters else signal.SIGKILL)
        for process in _wait_gone(postmasters, POSTGRES_LIMIT_SECONDS):
            kill_tree(process.pid)
        _wait_gone(processes, deadline - time.monotonic())


def kill_tree(pid: int) -> None:
    """Kill a process and all its descendants, and wait until the descendants are gone."""
    try:
        root = psutil.Process(pid)
        # Stopped, it starts no further child between the look at its children and its end.
        root.suspend()
        descendants = root.children(recursive=True)
    except psutil.NoSuchProcess:
        return
    for process in (root, *descendants):
        _send(process, signal.SIGKILL)
    _wait_gone(descendants, POSTGRES_LIMIT_SECONDS)


def _wait_gone(processes: Collection[psutil.Process], limit_seconds: float) -> list[psutil.Process]:
    deadline = time.monotonic() + limit_seconds
    while (left := [process for process in processes if _lives(process)]) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return left


def _lives(process: psutil.Process) -> bool:
    try:
        # An ended orphan stays a zombie where nothing collects it, as in many containers.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):
        return False


def _send(process: psutil.Process, number: signal.Signals) -> bool:
    try:
        process.send_signal(number)
    except (psutil.Error, OSError):
        # Ended meanwhile, or turned into another user's.
        return False
    return True


def _is_postgres(process: psutil.Process) -> bool:
    try:
        return process.name() == "postgres"
    except psutil.Error:
        return False
