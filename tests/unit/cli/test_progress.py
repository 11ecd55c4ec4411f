import asyncio
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from cli import progress
from cli.progress import Bars, Lines, Standstill
from models.settings.environment import Settings
from producers.load.loading import Load
from producers.load.options import LoadOptions

EXPERIMENTS = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"


def loaded(path: Path) -> Load:
    path.write_text(EXPERIMENTS + "1,1,1,1\n" * 9 + "2,1,1,-1\n")
    load = Load([path], Settings(), LoadOptions(dry_run=True))
    asyncio.run(load.run())
    return load


async def started_and_ended(bars: Bars) -> None:
    drawing = asyncio.create_task(bars.run())
    await asyncio.sleep(0)
    drawing.cancel()
    await asyncio.wait([drawing])


def test_a_bar_for_each_file_tells_rows_and_rejects(tmp_path: Path) -> None:
    screen = StringIO()
    bars = Bars(loaded(tmp_path / "x.csv"), Console(file=screen, force_terminal=True, width=200))
    asyncio.run(started_and_ended(bars))
    told = screen.getvalue()
    assert "x.csv" in told
    assert "100%" in told
    assert "10 rows" in told
    assert "1 rejected" in told


def test_a_line_tells_the_same_where_there_is_no_terminal(tmp_path: Path) -> None:
    line = Lines(loaded(tmp_path / "x.csv")).line()
    assert "x.csv: 100%" in line
    assert "10 rows read, 1 rejected" in line


def test_before_the_first_file_there_is_a_line_too() -> None:
    assert Lines(Load([], Settings())).line().endswith("looking at the files")


class Waiting:
    """A load that waits for Postgres."""

    def __init__(self) -> None:
        self.unapplied: int | None = None


def test_a_standstill_is_told_once_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    load, time = Waiting(), [0.0]
    monkeypatch.setattr("cli.progress.time.monotonic", lambda: time[0])
    standstill = Standstill(load)  # type: ignore[arg-type]  # as much of a load as is asked

    def is_news_at(seconds: float, unapplied: int | None) -> bool:
        time[0], load.unapplied = seconds, unapplied
        return standstill.is_news()

    long = progress._STANDSTILL_SECONDS  # noqa: SLF001  # the limit that is tested
    assert not is_news_at(0, None)
    assert not is_news_at(long * 2, 10)
    assert not is_news_at(long * 2.9, 8)
    assert not is_news_at(long * 3.8, 8)
    assert is_news_at(long * 3.95, 8)
    assert not is_news_at(long * 9, 8)
