import os
import subprocess
import sys
import uuid
from collections.abc import Iterator

import psutil
import pytest

from embedded.run_processes import MARK, end, kill_run, kill_tree, marked

SLEEP = "import time; time.sleep(60)"
IGNORING = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); {SLEEP}"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); print(flush=True); {SLEEP}"


class Run:
    def __init__(self) -> None:
        self.token = uuid.uuid4().hex
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, code: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", code], env={**os.environ, MARK: self.token}, stdout=subprocess.PIPE
        )
        self.started.append(process)
        return process

    def start_and_wait_for_line(self, code: str) -> subprocess.Popen[bytes]:
        process = self.start(code)
        assert process.stdout is not None
        process.stdout.readline()
        return process


@pytest.fixture
def run() -> Iterator[Run]:
    run = Run()
    yield run
    kill_run(run.token, 10.0)
    for process in run.started:
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_only_the_runs_own_processes_are_found(run: Run) -> None:
    mine = run.start(SLEEP)
    excluded = run.start(SLEEP)

    assert [process.pid for process in marked(run.token, exclude={excluded.pid})] == [mine.pid]
    assert marked(uuid.uuid4().hex) == []


def test_an_orphan_is_still_found(run: Run) -> None:
    parent = run.start_and_wait_for_line(PARENT)
    (child,) = psutil.Process(parent.pid).children()
    parent.kill()
    parent.wait()

    assert [process.pid for process in marked(run.token)] == [child.pid]


def test_what_does_not_end_when_asked_is_killed(run: Run) -> None:
    process = run.start_and_wait_for_line(IGNORING)

    end(marked(run.token), grace_seconds=0.2)

    assert process.wait(10) == -9


def test_killing_a_run_leaves_none_of_it(run: Run) -> None:
    run.start_and_wait_for_line(PARENT)
    run.start_and_wait_for_line(IGNORING)

    kill_run(run.token, 10.0)

    assert marked(run.token) == []


def test_a_tree_is_killed_with_its_children(run: Run) -> None:
    parent = run.start_and_wait_for_line(PARENT)
    children = psutil.Process(parent.pid).children()

    kill_tree(parent.pid)

    assert parent.wait(10) == -9
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
