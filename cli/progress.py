"""How far a load is, while it runs: bars on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from models.terminal_text import say, shown
from producers.load.file_loading import FileLoad
from producers.load.loading import Load

_BAR_SECONDS = 0.2
_LINE_SECONDS = 10.0
_NAME_CHARACTERS = 40
_STANDSTILL_SECONDS = 15.0
_STANDSTILL = (
    "nothing is being stored in Postgres: is a worker running? start one with `ingest worker`, or see `ingest doctor`"
)


def watched(load: Load) -> Callable[[], Awaitable[None]]:
    """What reports the progress of the load until it is cancelled."""
    return Bars(load).run if sys.stderr.isatty() else Lines(load).run


class Standstill:
    """Notices that nothing of what is waited for is applied."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._unapplied: int | None = None
        self._since = 0.0
        self._is_reported = False

    def is_news(self) -> bool:
        """Whether it has lasted for some time and was not reported yet."""
        unapplied, now = self._load.unapplied, time.monotonic()
        if unapplied is None or unapplied != self._unapplied:
            self._unapplied, self._since = unapplied, now
        if self._is_reported or not unapplied or now - self._since < _STANDSTILL_SECONDS:
            return False
        self._is_reported = True
        return True


class Lines:
    """A line to standard error every ten seconds."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._standstill = Standstill(load)
        self._started = time.monotonic()

    async def run(self) -> None:
        """Print a line every ten seconds until cancelled."""
        while True:
            await asyncio.sleep(_LINE_SECONDS)
            say(self.line())
            if self._standstill.is_news():
                say(_STANDSTILL)

    def line(self) -> str:
        """The progress of the load, in one line."""
        report, unapplied = self._load.report, self._load.unapplied
        seconds = time.monotonic() - self._started
        if unapplied is not None:
            return f"{seconds:.0f} s: published; Postgres is {unapplied:,} records behind"
        if not self._load.files:
            return f"{seconds:.0f} s: looking at the files"
        file = self._load.files[-1]
        return (
            f"{seconds:.0f} s: {_name(file)}: {_share(file)}, "
            f"{report.files[-1].rows_per_second:,.0f} rows/s; {report.read:,} rows read, {report.rejected:,} rejected"
        )


def _name(file: FileLoad) -> str:
    """The file's name, of a long one the end."""
    name = shown(file.source.name, len(file.source.name))
    return name if len(name) <= _NAME_CHARACTERS else f"…{name[-_NAME_CHARACTERS:]}"


def _share(file: FileLoad) -> str:
    size = file.source.source.size
    return f"{100 * file.bytes_read / size:.0f}%" if size else f"{file.bytes_read:,} bytes"


class Bars:
    """A bar for each file, and one for what Postgres holds of it all."""

    def __init__(self, load: Load, console: Console | None = None) -> None:
        """Take the load, and the console to draw on: standard error by default."""
        self._load = load
        self._standstill = Standstill(load)
        self._tasks: list[TaskID] = []
        self._applied: TaskID | None = None
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[counts]}"),
            TimeRemainingColumn(),
            console=console or Console(stderr=True),
            auto_refresh=False,
        )

    async def run(self) -> None:
        """Draw the bars until cancelled."""
        with self._progress:
            try:
                while True:
                    await asyncio.sleep(_BAR_SECONDS)
                    self.draw()
            finally:
                self.draw()

    def draw(self) -> None:
        """Bring all bars up to date."""
        for number, (file, report) in enumerate(zip(self._load.files, self._load.report.files, strict=True)):
            if number == len(self._tasks):
                name = _name(file)
                self._tasks.append(self._progress.add_task(name, total=file.source.source.size, counts=""))
            rejected = f", {report.rejected:,} rejected" if report.rejected else ""
            counts = f"{report.read:,} rows, {report.rows_per_second:,.0f} rows/s{rejected}"
            self._progress.update(self._tasks[number], completed=file.bytes_read, counts=counts)
        self._draw_applied()
        if self._standstill.is_news():
            self._progress.console.print(_STANDSTILL, markup=False, highlight=False)
        self._progress.refresh()

    def _draw_applied(self) -> None:
        unapplied = self._load.unapplied
        if unapplied is None:
            return
        total = max(1, self._load.report.published + self._load.report.rejected)
        if self._applied is None:
            self._applied = self._progress.add_task("applied", total=total, counts="")
        behind = min(unapplied, total)
        self._progress.update(
            self._applied, completed=total - behind, counts=f"{total - behind:,} of {total:,} records"
        )
