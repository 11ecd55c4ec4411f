"""How soon the laboratory finds a bug: histories as ever, but for faults that take no time."""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Container, Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from itertools import count
from pathlib import Path

from tests.faults import model_faults, trickle_faults
from tests.faults.acts import Act
from tests.faults.catalogue import FAULTS
from tests.faults.planted_bugs import BUGS, VARIABLE
from tests.faults.report import Report
from tests.faults.run import Play, play_history
from tests.faults.servers import Servers

MOST_HISTORIES = 20
TERMINATED = "connections to Postgres are terminated, times:"
QUICK = (model_faults.FAULTS[0].name, TERMINATED)
TRICKLES = (
    f"{trickle_faults.TRICKLES} a worker is killed at 'a shared transaction stored', time:",
    f"{trickle_faults.TRICKLES} {TERMINATED}",
)
PARTITIONS = 6
ROWS = 1000


async def plant(bugs: Iterable[str], seed: int) -> int:
    """Play histories with each bug until it is found; the exit code, 1 if one is not found."""
    missed = 0
    async with Servers.running() as servers:
        for bug in bugs:
            os.environ[VARIABLE] = bug
            report, started = Report(), time.monotonic()
            for number, drawn in _plays(bug, seed):
                with tempfile.TemporaryDirectory(prefix="faults-") as logs, redirect_stdout(io.StringIO()):
                    right = await play_history(servers, drawn, Path(logs) / str(number), report)
                if not right:
                    break
            missed += not report.wrong
            found = f"found: {report.wrong[0][:200]}" if report.wrong else "not found"
            seconds = time.monotonic() - started
            print(f"{bug}: {report.histories} histories, {report.acts} acts, {seconds:.0f} s, {found}", flush=True)
    return min(missed, 1)


def _plays(bug: str, seed: int) -> Iterator[tuple[int, Play]]:
    """Histories of a seed whose models the bug shows in."""
    played = 0
    for number in count():
        drawn = Play.drawn(seed, number)
        if BUGS[bug].is_in(drawn.declaration):
            played += 1
            yield number, _quick(drawn, TRICKLES if BUGS[bug].trickles else QUICK)
        if played == MOST_HISTORIES:
            return


def _quick(drawn: Play, names: Container[str]) -> Play:
    faults = [fault for fault in FAULTS if fault.name in names]
    acts = [
        replace(Act.with_faults(drawn.draw, (fault.drawn(drawn.draw),)), rows=ROWS, delay=0, grows=False)
        for fault in faults
    ]
    world = replace(drawn.world, partitions=PARTITIONS, workers=1, batch_records=200, refusing=False)
    return replace(drawn, acts=acts, world=world)
