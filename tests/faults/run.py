"""A run of the laboratory: random histories of one seed, one after the other."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from tests.faults.acts import Act, play
from tests.faults.declaration import LAB, Declaration
from tests.faults.drawn_models import drawn_model
from tests.faults.laboratory import Laboratory
from tests.faults.report import Report
from tests.faults.servers import Servers
from tests.faults.world import World

ACTS_A_HISTORY = (3, 7)
MOST_TRANSACTIONS = 100
"""That a file is to take: else small ones would take all of the time."""


@dataclass(frozen=True)
class Play:
    """What a history is drawn to be, and the chance that is left for what happens in it."""

    world: World
    acts: Sequence[Act]
    declaration: Declaration
    draw: Random
    before: Path | None = None
    """The release that it begins with."""

    @classmethod
    def drawn(cls, seed: int, number: int, before: Path | None = None) -> Play:
        """The same for the same numbers; one that begins with an older release has its model, the lab's."""
        draw = Random(f"{seed}:{number}")  # to be repeated, not to be secret
        world = World.drawn(draw)
        acts = [Act.drawn(draw) for _ in range(draw.randint(*ACTS_A_HISTORY))]
        most = MOST_TRANSACTIONS * world.batch_records
        acts = [replace(act, rows=min(act.rows, most)) for act in acts]
        return cls(world, acts, LAB if before else drawn_model(draw), draw, before)


async def play_history(servers: Servers, drawn: Play, folder: Path, report: Report) -> bool:
    """Play a history up to the first act after which something is wrong; whether nothing was."""
    print(f"{drawn.declaration}; {drawn.world}")
    wrong_before = len(report.wrong)
    world = drawn.world, drawn.declaration
    async with Laboratory.open(servers, *world, folder, drawn.draw, drawn.before) as laboratory:
        try:
            for act in drawn.acts:
                print(f"  {act}", end="", flush=True)
                await _play_act(laboratory, act, report)
                if len(report.wrong) > wrong_before:
                    break
        finally:
            laboratory.log.save(folder / "log.txt")
            report.histories += 1
            report.published += len(laboratory.log.records)
            report.note_fleet(laboratory.fleet)
            print(*(f"  wrong: {found}" for found in report.wrong[wrong_before:]), sep="\n", flush=True)
    return len(report.wrong) == wrong_before


async def _play_act(laboratory: Laboratory, act: Act, report: Report) -> None:
    try:
        outcome = await play(laboratory, act)
    except BaseException as error:
        report.wrong.append(f"{type(error).__name__}: {error}")
        if not isinstance(error, (AssertionError, TimeoutError)):
            raise
    else:
        report.note_act(act, outcome)
        print(f" -> {outcome.compared} rows compared, pause {outcome.pause:.1f} s, applied in {outcome.resumed:.1f} s")


def _show_tasks() -> None:
    """On SIGUSR1: what a run that seems to hang is waiting for."""
    for task in asyncio.all_tasks():
        task.print_stack(limit=3)


async def run(
    seed: int,
    minutes: float,
    only: int | None,
    logs: Path,
    *,
    keep_going: bool = False,
    before: Path | None = None,
) -> Report:
    """Play histories until the time is up or something is wrong.

    Args:
        seed: what everything is drawn from.
        minutes: how long; the history under way then is played to its end.
        only: the number of the one history to play.
        keep_going: whether to go on after a history in which something was wrong.
        logs: the folder for files and logs; those of histories in which nothing was wrong are removed.
        before: the checkout of an older release that each history begins with.
    """
    report = Report()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _show_tasks)
    end = time.monotonic() + minutes * 60
    async with Servers.running() as servers:
        number = 0 if only is None else only
        while True:
            folder = logs / f"history-{number}"
            print(f"history {number} of seed {seed}: ", end="")
            right = await play_history(servers, Play.drawn(seed, number, before), folder, report)
            if right:
                shutil.rmtree(folder)
            else:
                report.failed.append(number)
            if only is not None or time.monotonic() > end or not (right or keep_going):
                return report
            number += 1
