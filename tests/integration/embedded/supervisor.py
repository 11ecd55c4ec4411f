"""Starts `python -m embedded` as a user does and looks at what it leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from embedded.run_processes import MARK

ROOT = Path(__file__).resolve().parents[3]
LIMIT_SECONDS = 60.0

# Tells the run's mark and its own id, then waits for whatever ends it.
REPORT = "import os, time; print(os.environ['EMBEDDED_RUN'], os.getpid(), flush=True); time.sleep(120)"


def environment(temporary: Path) -> dict[str, str]:
    """Our environment without an outer run's variables, with a temporary folder of the test's own."""
    names = {MARK, "KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "STORE_DIR"}
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    return {**inherited, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}


def start(temporary: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start the program with further variables; its standard output is a pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "embedded", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment(temporary), **variables},
        # Out of pytest's terminal, so that signals are the test's alone.
        start_new_session=True,
    )


def run(temporary: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return finish(start(temporary, *arguments, **variables))


def finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Wait for the program's end, within a limit."""
    try:
        output, errors = process.communicate(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def line(process: subprocess.Popen[str]) -> str:
    """The program's next line of output."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def python(code: str) -> Sequence[str]:
    """A command that runs Python code."""
    return (sys.executable, "-c", code)


def processes_using(folder: Path) -> list[psutil.Process]:
    """The processes which name a folder in their command line: both servers, the watchdog, and their children.

    Postgres' children are found through the postmaster, since they replace their command lines.
    """
    found = []
    for process in psutil.process_iter():
        try:
            if any(str(folder) in word for word in process.cmdline()):
                found.extend([process, *process.children(recursive=True)])
        except psutil.Error:
            continue
    return found


def eventually(condition: Callable[[], bool], limit_seconds: float = LIMIT_SECONDS) -> bool:
    """Whether a condition comes true within a limit."""
    deadline = time.monotonic() + limit_seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True
