"""Runs the user's command as a shell would: its signals, its exit code."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Mapping, Sequence
from pathlib import Path

NOT_EXECUTABLE = 126
NOT_FOUND = 127
SIGNAL_BASE = 128

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_LIMIT_SECONDS = 20.0


def exit_code(returncode: int) -> int:
    """A shell's exit code for a process' return code, in which minus N means "died by signal N"."""
    return returncode if returncode >= 0 else SIGNAL_BASE - returncode


def obstacle(program: str) -> int | None:
    """The shell's exit code for a program that cannot be started, None for one that can."""
    if shutil.which(program, path=_path()) is not None:
        return None
    return NOT_EXECUTABLE if os.sep in program and Path(program).exists() else NOT_FOUND


def run(command: Sequence[str], environment: Mapping[str, str], limit_seconds: float = STOP_LIMIT_SECONDS) -> int:
    """Run a command in this process' own group, pass signals on to it, and return its shell exit code.

    On a signal that is passed on, the command has a limited time to end before it is killed. The signals are left
    ignored: what comes after the command, the clean-up, is not to be broken off. The commands installed beside this
    Python, such as `ingest`, are found first, whether or not its environment is activated.

    Args:
        command: the program and its arguments.
        environment: variables set besides this process' own.
        limit_seconds: the time to end after a signal.
    """
    forwarder = _Forwarder(limit_seconds)
    for number in FORWARDED:
        signal.signal(number, forwarder.handle)
    try:
        process = subprocess.Popen(command, env={**os.environ, "PATH": _path(), **environment})  # noqa: S603 - the user's own command
    except OSError as error:
        print(f"embedded: {command[0]}: {error.strerror}", file=sys.stderr)
        return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
    else:
        forwarder.attach(process)
        return exit_code(process.wait())
    finally:
        forwarder.close()


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


class _Forwarder:
    """Passes signals on to the command, also those that came while it was being started."""

    def __init__(self, limit_seconds: float) -> None:
        self._limit_seconds = limit_seconds
        self._early: list[int] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._killer: threading.Timer | None = None

    def handle(self, number: int, frame: types.FrameType | None) -> None:
        del frame
        if number == signal.SIGINT and _in_foreground():
            # The terminal has sent it to the command as well, which may go on: Ctrl-C in psql ends a query only.
            return
        if self._process is None:
            self._early.append(number)
        else:
            self._forward(self._process, number)

    def attach(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        for number in self._early:
            self._forward(process, number)

    def close(self) -> None:
        for number in FORWARDED:
            signal.signal(number, signal.SIG_IGN)
        if self._killer is not None:
            self._killer.cancel()

    def _forward(self, process: subprocess.Popen[bytes], number: int) -> None:
        process.send_signal(number)
        if self._killer is None:
            self._killer = threading.Timer(self._limit_seconds, process.kill)
            self._killer.daemon = True
            self._killer.start()


def _in_foreground() -> bool:
    """Whether we are in our terminal's foreground process group, to which its Ctrl-C goes."""
    try:
        with Path("/dev/tty").open("rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
