"""One act of a history: something is published, something goes wrong meanwhile, and in the end all must be right."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from tests.faults.catalogue import FAULTS
from tests.faults.fault import DrawnFault
from tests.faults.laboratory import Laboratory

APPEND_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Act:
    """What is published, and the faults that come over it one after the other."""

    faults: tuple[DrawnFault, ...]
    rows: int
    delay: float
    """Seconds from the start of publishing to the first fault."""
    others: bool
    """Whether rows of the other tables are loaded."""
    again: bool
    """Whether an earlier file is loaded once more."""
    grows: bool
    """Whether a file grows while it is loaded."""
    deletes: bool

    @classmethod
    def drawn(cls, draw: Random) -> Act:
        faults = tuple(draw.choice(FAULTS).drawn(draw) for _ in range(draw.choice([1, 1, 1, 2])))
        return cls.with_faults(draw, faults)

    @classmethod
    def with_faults(cls, draw: Random, faults: tuple[DrawnFault, ...]) -> Act:
        return cls(
            faults=faults,
            rows=draw.choice([200, 1000, 2000, 8000]),
            delay=round(draw.uniform(0, 2), 2),
            others=draw.random() < 0.4,
            again=draw.random() < 0.3,
            grows=draw.random() < 0.2,
            deletes=draw.random() < 0.3,
        )

    def __str__(self) -> str:
        published = [f"{self.rows} rows"]
        published += [name for name in ("others", "again", "grows", "deletes") if getattr(self, name)]
        return f"{', '.join(published)}; after {self.delay:g} s: {'; then '.join(map(str, self.faults))}"


@dataclass
class Outcome:
    """What came of an act."""

    wrong: list[str] = field(default_factory=list)
    compared: int = 0
    pause: float = 0.0
    """The longest time that the workers stood still with something waiting, in seconds."""
    resumed: float = 0.0
    """Seconds from the end of the last fault until everything published was applied."""


async def play(laboratory: Laboratory, act: Act) -> Outcome:
    """Play one act, and compare everything at its end."""
    outcome = Outcome()
    laboratory.progress.begin()
    laboratory.start_clients()
    publishing = asyncio.create_task(_publish(laboratory, act))
    try:
        await asyncio.sleep(act.delay)
        for drawn in act.faults:
            if drawn.fault.quiet:
                await publishing
                await _quiet(laboratory)
            await drawn.fault.run(laboratory, drawn.amount)
            outcome.wrong += await laboratory.wrong_now()
            laboratory.start_clients()
        await publishing
        await laboratory.stop_clients()
        outcome.resumed = await laboratory.caught_up()
        outcome.pause = laboratory.progress.longest_pause
        comparison = await laboratory.verify()
        outcome.compared = comparison.rows
        outcome.wrong += comparison.wrong
    finally:
        publishing.cancel()
        with suppress(asyncio.CancelledError):
            await publishing
        await laboratory.stop_clients()
    return outcome


async def _quiet(laboratory: Laboratory) -> None:
    """Nothing is published, everything is applied, and the log is read: what is in Kafka only may be lost now."""
    await laboratory.stop_clients()
    await laboratory.caught_up()
    await laboratory.log.read()


async def _publish(laboratory: Laboratory, act: Act) -> None:
    history, loads = laboratory.history, laboratory.loads
    if act.grows:
        await _grow(laboratory, act.rows)
    files = [history.main_file(act.rows)]
    if act.others:
        files += history.other_files(act.rows)
    await loads.run_until_done(*files)
    if act.deletes:
        await loads.run_until_done(history.deletions_file(act.rows // 20))
    if act.again:
        await loads.run_until_done(laboratory.draw.choice([file for file in history.written if not file.deletes]))


async def _grow(laboratory: Laboratory, rows: int) -> None:
    file, parts = laboratory.history.growing_parts(rows)
    loading = asyncio.create_task(laboratory.loads.run(file, expect_all=False))
    with file.path.open("a") as appended:
        for part in parts:
            appended.write(part)
            appended.flush()
            await asyncio.sleep(APPEND_SECONDS)
    await loading
    # What the first run read of it may be torn; the file as a whole corrects it.
    await laboratory.loads.run_until_done(file)
